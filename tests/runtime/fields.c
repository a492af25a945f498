#include "check.h"

#include "runtime/fields.h"

static RtFields three(const char *middle)
{
    RtFields f = {0};
    rt_fields_add(&f, 3, "%s: ", "title");
    rt_fields_add(&f, 0, "epoch %d", 1);
    rt_fields_add(&f, 1, "%s", middle);
    rt_fields_add(&f, 2, "  end");
    return f;
}

static void prints(const RtFields *f, size_t width, uint32_t *dropped, const char *wanted)
{
    Text line = {0};
    rt_fields_print(f, width, dropped, &line);
    assert_string_equal(line.bytes, wanted);
    text_free(&line);
}

static void test_what_matters_least_goes_first(void **state)
{
    (void)state;
    RtFields f = three("  loss 1");
    const char *const lines[] = {"epoch 1", "epoch 1  loss 1", "epoch 1  loss 1  end",
                                 "title: epoch 1  loss 1  end"};
    for (size_t width = 0; width < 40; width++) {
        uint32_t dropped = 0;
        size_t i = width < 15 ? 0 : width < 20 ? 1 : width < 27 ? 2 : 3;
        /* a smaller field may take the place of one that does not fit */
        bool small = width >= 12 && width < 15;
        prints(&f, width, &dropped, small ? "epoch 1  end" : lines[i]);
    }
}

static void test_what_was_left_out_stays_out(void **state)
{
    (void)state;
    uint32_t dropped = 0;
    RtFields wide = three("  loss 1.2345"), narrow = three("  loss 1");
    prints(&narrow, 27, &dropped, "title: epoch 1  loss 1  end");
    prints(&wide, 27, &dropped, "epoch 1  loss 1.2345  end");
    prints(&narrow, 27, &dropped, "epoch 1  loss 1  end");
}

static void test_too_many(void **state)
{
    (void)state;
    RtFields f = {0};
    Text line = {0};
    uint32_t dropped = 0;
    for (int i = 0; i < RT_FIELDS + 5; i++)
        rt_fields_add(&f, 0, "x");
    rt_fields_print(&f, 0, &dropped, &line);
    assert_int_equal(line.length, RT_FIELDS);
    text_free(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_matters_least_goes_first),
        cmocka_unit_test(test_what_was_left_out_stays_out),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
