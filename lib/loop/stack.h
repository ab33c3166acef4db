/**
 * @file stack.h  Things that go back to whom they came from, without a lock.
 *
 * Any thread pushes, one thread takes all. So a thread that must not wait
 * neither allocates nor frees: malloc's locks may be held by a thread that is
 * not running. Source: R. K. Treiber, "Coping with parallelism", IBM RJ 5118,
 * 1986; taking all at once is free of its ABA problem.
 */
#ifndef YH_STACK_H
#define YH_STACK_H

#include <stdatomic.h>
#include <stddef.h>

/** First member of what is pushed. */
struct yh_stack_item {
	struct yh_stack_item *next;
};

/** Zeroed is empty. */
struct yh_stack {
	_Atomic(struct yh_stack_item *) top;
};

/** Any thread. @param item Taken */
static inline void yh_stack_push(struct yh_stack *s, struct yh_stack_item *item)
{
	item->next = atomic_load_explicit(&s->top, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(
		&s->top, &item->next, item, memory_order_release,
		memory_order_relaxed))
		;
}

/** One thread. @return All of them, linked, the last one first; or NULL */
static inline struct yh_stack_item *yh_stack_take(struct yh_stack *s)
{
	return atomic_exchange_explicit(&s->top, NULL, memory_order_acquire);
}

/** Take one from a list that only this thread uses, filled from the stack.
 * @return NULL: there is none */
static inline struct yh_stack_item *yh_stack_pop(struct yh_stack_item **list,
						 struct yh_stack *s)
{
	struct yh_stack_item *item = *list ? *list : yh_stack_take(s);

	if (item)
		*list = item->next;

	return item;
}

#endif
