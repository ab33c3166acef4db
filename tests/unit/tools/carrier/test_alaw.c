#include "alaw.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

Test(alaw, every_code_survives_a_round_trip)
{
	for (int code = 0; code < 256; code++)
		cr_assert_eq(car_alaw_encode(car_alaw_decode((uint8_t)code)),
			     code, "code 0x%02x", code);
}

/* ITU-T G.711 table 1a, decision values scaled from 12 to 16 bits */
Test(alaw, known_samples_have_the_codes_of_g711)
{
	static const struct {
		int16_t pcm;
		uint8_t code;
	} rows[] = {
		{0, 0xd5},	{-1, 0x55},   {16, 0xd4},    {32767, 0xaa},
		{-32768, 0x2a}, {1000, 0xfa}, {-1000, 0x7a},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_eq(car_alaw_encode(rows[i].pcm), rows[i].code,
			     "%d gave 0x%02x", rows[i].pcm,
			     car_alaw_encode(rows[i].pcm));
}

Test(alaw, the_error_stays_under_a_sixteenth_of_the_sample)
{
	for (int s = -32768; s <= 32767; s += 7) {
		int back = car_alaw_decode(car_alaw_encode((int16_t)s));
		int bound = abs(s) / 16 > 16 ? abs(s) / 16 : 16;
		cr_assert_leq(abs(back - s), bound, "%d became %d", s, back);
	}
}

Test(alaw, the_level_of_silence_is_near_nothing_and_of_a_square_is_its_height)
{
	uint8_t quiet[160], square[160];

	for (int i = 0; i < 160; i++) {
		quiet[i] = CAR_ALAW_SILENCE;
		square[i] = car_alaw_encode(i % 2 ? 8000 : -8000);
	}
	cr_expect_lt(car_alaw_rms(quiet, 160), 10.0);
	cr_expect_lt(fabs(car_alaw_rms(square, 160) - 8000.0), 250.0);
	cr_expect_eq(car_alaw_rms(quiet, 0), 0.0);
}
