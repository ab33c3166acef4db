/*
 * The personas file as it is written: structs for libcyaml. Private to
 * persona.c, which turns them into checked personas.
 */
#ifndef CAR_PERSONA_YAML_H
#define CAR_PERSONA_YAML_H

#include "persona.h"

struct car_y_turn {
	char *after;
	uint32_t delay_ms;
	char *say;
	char *press;
	char *means;
	uint32_t beep_ms;
	bool hangup;
};

struct car_y_voice {
	char *name;
	char *variant;
	uint32_t *speed;
	uint32_t *pitch;
	uint32_t *range;
	int32_t *level_dbov;
	int32_t *noise_dbov;
};

struct car_y_spare {
	char *say;
	char *means;
	uint32_t *after_ms;
	uint32_t *times;
};

struct car_y_persona {
	char *name;
	char **numbers;
	unsigned numbers_count;
	enum car_kind kind;
	uint32_t *ring_ms;
	uint32_t *code;
	bool *early_media;
	char *announce;
	struct car_y_voice *voice;
	struct car_y_turn *turns;
	unsigned turns_count;
	bool loop;
	struct car_y_spare *when_asked_again;
	struct car_y_spare *when_silent;
	uint32_t *hang_over_ms;
	uint32_t *patience_ms;
	uint32_t *max_call_ms;
	char *expect;
};

struct car_y_cast {
	struct car_y_voice *voice; /* default for all */
	struct car_y_persona *personas;
	unsigned personas_count;
};

/**
 * Read YAML against the schema.
 *
 * @param raw  set on success; car_yaml_free()
 * @param err  one line "LINE: what" on error
 * @return 0 or -EINVAL
 */
int car_yaml_load(const uint8_t *yaml, size_t yaml_len, struct car_y_cast **raw,
		  char *err, size_t len);
void car_yaml_free(struct car_y_cast *raw);

/**
 * Find the line of a persona, or of one of its turns, for an error message.
 *
 * @param persona  index from 0
 * @param turn     index from 0; -1: the persona itself
 * @return line from 1; 0 if not found
 */
unsigned car_yaml_line(const uint8_t *yaml, size_t yaml_len, size_t persona,
		       int turn);

#endif
