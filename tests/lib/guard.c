/* Guards: what is given back where memory runs out, in which order, and what stays. What is
 * lost is found by the sanitizer. */
#include "support/arena.h"
#include "support/guard.h"
#include "support/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char order[8];

static void note(void *name)
{
    size_t n = strlen(order);
    order[n] = *(const char *)name;
    order[n + 1] = 0;
}

static void run_out(void *ctx)
{
    (void)ctx;
    arena_array(arena_open(), SIZE_MAX, 2);
}

/* The latest first; those that were dropped are not given back. */
static void hold_and_run_out(void *ctx)
{
    GuardHold a, b, c;
    guard_hold(&a, note, "a");
    guard_hold(&b, note, "b");
    guard_hold(&c, note, "c");
    guard_drop(&c);
    run_out(ctx);
}

static void test_holds(void **state)
{
    size_t wanted = 0;
    (void)state;
    order[0] = 0;
    assert_false(guard_try(hold_and_run_out, NULL, &wanted));
    assert_string_equal(order, "ba");
    assert_true(wanted == SIZE_MAX);
}

/* Without a guard nothing is held. */
static void test_no_guard(void **state)
{
    GuardHold h;
    (void)state;
    order[0] = 0;
    guard_hold(&h, note, "a");
    guard_drop(&h);
    assert_string_equal(order, "");
}

static void add_much(void *text)
{
    for (int i = 0; i < 100; i++)
        text_printf(text, "%d ", i);
}

static void add_and_run_out(void *text)
{
    add_much(text);
    run_out(NULL);
}

/* A text from before the guard moves while it grows, and stays. */
static void test_older_text(void **state)
{
    Text t = {0};
    (void)state;
    text_add(&t, "begin ");
    assert_false(guard_try(add_and_run_out, &t, NULL));
    assert_memory_equal(t.bytes, "begin 0 1 2 ", 12);
    assert_int_equal(t.length, strlen(t.bytes));
    text_free(&t);
}

/* What an inner guard leaves is the outer's: given back when that is landed on. */
static void open_and_leave(void *text)
{
    Text *t = text;
    Arena *a = arena_open();
    arena_alloc(a, 1 << 20);
    text_add(t, "mine");
}

static void nest(void *ctx)
{
    Text a = {0}, b = {0}, c = {0};
    GuardHold hold;
    text_add(&a, "before");
    guard_hold(&hold, note, "o");
    assert_true(guard_try(open_and_leave, &b, NULL));
    assert_false(guard_try(hold_and_run_out, NULL, NULL));
    assert_string_equal(order, "ba");
    assert_true(guard_try(open_and_leave, &c, NULL));
    text_free(&c);
    add_much(&b);
    run_out(ctx);
}

static void test_nested(void **state)
{
    (void)state;
    order[0] = 0;
    assert_false(guard_try(nest, NULL, NULL));
    assert_string_equal(order, "bao");
}

/* Without an outer guard what is left lives on. */
static void open_text(void *text) { text_add(text, "kept"); }

static void test_left(void **state)
{
    Text t = {0};
    (void)state;
    assert_true(guard_try(open_text, &t, NULL));
    assert_false(guard_try(run_out, NULL, NULL));
    assert_string_equal(t.bytes, "kept");
    text_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holds),      cmocka_unit_test(test_no_guard),
        cmocka_unit_test(test_older_text), cmocka_unit_test(test_nested),
        cmocka_unit_test(test_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
