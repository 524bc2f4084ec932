/* A whole evaluation with a detector of the test's own: models learned once, results kept and taken
 * up, any number of workers, and whatever stops it. */
#include "check.h"
#include "evaluate/sequence_evaluate.h"
#include "evaluate/sequence_json.h"
#include "made_sequences.h"

static struct config *config;

struct hearing {
    int notes, warnings, frames_seen;
    int stop_from; /* frames that were watched; 0 = never */
    bool stop_learning;
    char last[LEARN_TEXT_SIZE];
};

static void on_say(void *context, enum learn_tone tone, const char *sentence)
{
    struct hearing *hearing = context;
    hearing->notes += tone == LEARN_NOTE;
    hearing->warnings += tone == LEARN_WARNING;
    snprintf(hearing->last, sizeof hearing->last, "%s", sentence);
}

static bool on_progress(void *context, const struct learn_progress *now)
{
    struct hearing *hearing = context;
    if (strcmp(now->phase, "watching") != 0)
        return !hearing->stop_learning;
    hearing->frames_seen = (int)now->done;
    return hearing->stop_from == 0 || now->done < hearing->stop_from;
}

struct run {
    const char *folder, *out, *project;
    int threads, seeds;
    bool again;
    struct hearing hearing;
};

/* Two scenes: one with three sequences, one with two. */
static bool make_dataset(const char *folder)
{
    char path[128];
    static const struct {
        const char *name, *kind, *letters;
        int onset;
    } rows[] = {{"rig/a", "puddle", "qqLLLLL", 2},
                {"rig/b", "puddle", "qqqqqqq", 2},
                {"rig/c", "quiet", "qLLLqqq", -1},
                {"other/d", "drops", "qLLLqqq", 1},
                {"other/e", "quiet", "qqqq", -1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, rows[i].name);
        if (!make_sequence(path, rows[i].kind, rows[i].letters, rows[i].onset, 16))
            return false;
    }
    snprintf(path, sizeof path, "%s/rig/normal/a.png", folder);
    if (!make_picture(path, 1))
        return false;
    snprintf(path, sizeof path, "%s/other/normal/a.png", folder);
    return make_picture(path, 1);
}

static char *evaluate(struct run *run, struct error *err)
{
    struct sequence_set set;
    struct sequence_evaluation evaluation;
    char *text = NULL;
    *err = (struct error){0};
    if (!sequence_set_load(scratch(run->folder), NULL, &set, err))
        return NULL;
    struct evaluate_job job = {.config = config,
                               .set = &set,
                               .out = scratch(run->out),
                               .project_model = run->project,
                               .kinds = {&made_kind},
                               .kind_count = 1,
                               .seeds = run->seeds ? run->seeds : 1,
                               .threads = run->threads ? run->threads : 1,
                               .again = run->again,
                               .listener = {on_say, on_progress, &run->hearing}};
    made_learned = 0;
    if (sequences_evaluate(&job, &evaluation, err)) {
        json_t *json = sequence_evaluation_to_json(&evaluation);
        text = json_dumps(json, JSON_SORT_KEYS);
        json_decref(json);
        sequence_evaluation_finish(&evaluation);
    }
    sequence_set_finish(&set);
    return text;
}

TEST(any_number_of_workers_gives_the_same)
{
    struct error err;
    struct run one = {"ds", "out-1", .threads = 1}, many = {"ds", "out-8", .threads = 8};
    CHECK(make_dataset("ds"));
    char *first = evaluate(&one, &err);
    CHECK_TEXT(first ? "" : err.message, "");
    CHECK_INT(made_learned, 2);
    CHECK_INT(one.hearing.notes, 0);
    CHECK_CONTAINS(first, "\"false_alarms\": 1");
    char *second = evaluate(&many, &err);
    CHECK_TEXT(second, first);
    CHECK_INT(made_detectors_open, 0);
    free(first);
    free(second);
}

TEST(what_is_finished_is_taken_up)
{
    struct error err;
    struct run before = {"ds", "out-1"}, now = {"ds", "out-1"};
    char *first = evaluate(&before, &err);
    CHECK(first);
    CHECK_INT(made_learned, 0);
    CHECK_INT(before.hearing.notes, 1);
    CHECK_CONTAINS(before.hearing.last, "5 of 5 sequences were evaluated before");
    CHECK(file_remove(scratch("out-1/results/made/seed-42/rig/b.json"), &err));
    char *second = evaluate(&now, &err);
    CHECK_CONTAINS(now.hearing.last, "4 of 5 sequences");
    CHECK_TEXT(second, first);
    free(first);
    free(second);
}

TEST(again_takes_nothing_up)
{
    struct error err;
    struct run run = {"ds", "out-1", .again = true};
    char *text = evaluate(&run, &err);
    CHECK(text);
    CHECK_INT(made_learned, 2);
    CHECK_INT(run.hearing.notes, 0);
    free(text);
}

TEST(what_changed_is_evaluated_anew)
{
    struct error err;
    struct run truth = {"ds", "out-1"}, settings = {"ds", "out-1"}, model = {"ds", "out-1"};
    CHECK(make_sequence("ds/rig/b", "trickle", "qqqqqqq", 3, 16));
    free(evaluate(&truth, &err));
    CHECK_CONTAINS(truth.hearing.last, "4 of 5 sequences");
    config->monitor_consecutive_anomalies = 2;
    free(evaluate(&settings, &err));
    config->monitor_consecutive_anomalies = 3;
    CHECK_INT(settings.hearing.notes, 0);
    CHECK_INT(made_learned, 2);
    CHECK(make_picture("ds/other/normal/b.png", 1));
    free(evaluate(&model, &err));
    CHECK_INT(made_learned, 1);
}

TEST(settings_that_change_nothing_here_cost_nothing)
{
    struct error err;
    struct run before = {"ds", "out-1"}, run = {"ds", "out-1"};
    free(evaluate(&before, &err));
    config->camera_index++;
    free(evaluate(&run, &err));
    config->camera_index--;
    CHECK_CONTAINS(run.hearing.last, "5 of 5 sequences");
}

TEST(damaged_results_count_as_none)
{
    static const char *const wrong[] = {"",
                                        "{",
                                        "[]",
                                        "{\"schema\": 1}",
                                        "{\"schema\": 99}",
                                        "{\"schema\": 1, \"key\": \"other\"}"};
    struct error err;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct run run = {"ds", "out-1"};
        CHECK(make_text("out-1/results/made/seed-42/other/d.json", wrong[i]));
        char *text = evaluate(&run, &err);
        CHECK_TEXT(text ? "" : err.message, "");
        CHECK_CONTAINS(run.hearing.last, "4 of 5 sequences");
        free(text);
    }
}

/* Each edit makes one member of a good result file wrong. */
TEST(every_member_of_a_result_is_doubted)
{
    static const struct {
        const char *from, *to;
    } edits[] = {{"\"width\":8", "\"width\":0"},
                 {"\"height\":8", "\"height\":\"8\""},
                 {"\"masked\":false", "\"masked\":7"},
                 {"\"scores\":[", "\"scores\":[0,"},
                 {"\"thresholds\":[", "\"thresholds\":[1,"},
                 {"\"anomalous\":[", "\"anomalous\":[99,"},
                 {"\"anomalous\":", "\"nothing\":"},
                 {"\"alarms\":", "\"none\":"},
                 {"\"notices\":[]", "\"notices\":[{\"frame\":0,\"what\":7}]"},
                 {"\"notices\":[]", "\"notices\":7"},
                 {"\"path\":\"score\"", "\"path\":\"stairs\""},
                 {"\"localised\":false,\"path\":\"score\"", "\"localised\":2,\"path\":\"score\""},
                 {"\"frame\":3", "\"frame\":7"},
                 {"\"boxes\":[", "\"boxes\":[7,"},
                 {"\"boxes\":[{\"h\":4", "\"boxes\":[{\"h\":-4"},
                 {"\"area_fraction\":0.25", "\"area_fraction\":\"much\""}};
    struct error err;
    struct run first = {"ds", "out-1"};
    free(evaluate(&first, &err));
    struct buffer good = {0};
    CHECK(file_read(scratch("out-1/results/made/seed-42/other/d.json"), 1 << 20, &good, &err));
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        struct run run = {"ds", "out-1"};
        struct buffer text = {0};
        const char *at = strstr(buffer_text(&good), edits[i].from);
        CHECK_TEXT(at ? "" : edits[i].from, "");
        buffer_append(&text, good.data, (size_t)(at - good.data));
        buffer_append_text(&text, edits[i].to);
        buffer_append_text(&text, at + strlen(edits[i].from));
        CHECK(make_text("out-1/results/made/seed-42/other/d.json", buffer_text(&text)));
        free(evaluate(&run, &err));
        CHECK_CONTAINS(run.hearing.last, "4 of 5 sequences");
        buffer_finish(&text);
    }
    buffer_finish(&good);
}

TEST(the_first_failure_in_order_is_the_one_that_is_said)
{
    struct error err;
    CHECK(make_dataset("bad"));
    CHECK(make_picture("bad/rig/a/006.png", 255));
    CHECK(make_picture("bad/rig/b/000.png", 255));
    CHECK(make_picture("bad/rig/c/000.png", 255));
    for (int threads = 1; threads <= 3; threads++) {
        struct run run = {"bad", "out-bad", .threads = threads};
        CHECK(!evaluate(&run, &err));
        CHECK_INT(err.code, ERROR_INTERNAL);
        CHECK_CONTAINS(err.message, "rig/a/006.png");
        CHECK_INT(made_detectors_open, 0);
    }
}

/* Six sequences of 100 frames of 10 ms, behind one of two frames that is over when it stops. */
TEST(a_stop_while_watching_keeps_what_is_finished)
{
    struct error err;
    char letters[101] = "", path[16];
    struct run stopped = {"long", "out-long", .threads = 1, .hearing = {.stop_from = 20}};
    struct run rest = {"long", "out-long", .threads = 7};
    memset(letters, 'w', 100);
    CHECK(make_picture("long/normal/a.png", 1));
    CHECK(make_sequence("long/a", "quiet", "qq", -1, 0));
    for (int name = 'b'; name < 'h'; name++) {
        snprintf(path, sizeof path, "long/%c", name);
        CHECK(make_sequence(path, "quiet", letters, -1, 0));
    }
    CHECK(!evaluate(&stopped, &err));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_CONTAINS(err.message, "the same command goes on from there");
    CHECK_INT(made_detectors_open, 0);
    char *text = evaluate(&rest, &err);
    CHECK(text);
    CHECK_INT(made_learned, 0);
    CHECK_CONTAINS(rest.hearing.last, "of 7 sequences were evaluated before");
    free(text);
}

TEST(a_stop_while_learning_saves_no_model)
{
    struct error err;
    struct run stopped = {"ds", "out-learn", .hearing = {.stop_learning = true}};
    struct run rest = {"ds", "out-learn"};
    CHECK(!evaluate(&stopped, &err));
    CHECK_INT(err.code, ERROR_CANCELLED);
    CHECK_CONTAINS(err.message, "stopped while learning other");
    char *text = evaluate(&rest, &err);
    CHECK(text);
    CHECK_INT(made_learned, 2);
    free(text);
}

TEST(each_seed_is_a_run_with_a_model_of_its_own)
{
    struct error err;
    struct run run = {"ds", "out-seeds", .seeds = 2};
    char *text = evaluate(&run, &err);
    CHECK(text);
    CHECK_INT(made_learned, 4);
    CHECK_CONTAINS(text, "\"seed\": 42");
    CHECK_CONTAINS(text, "\"seed\": 43");
    CHECK_INT(file_kind_of(scratch("out-seeds/results/made/seed-43/rig/a.json")), FILE_REGULAR);
    free(text);
}

TEST(without_normals_the_project_judges_or_nobody)
{
    struct error err;
    struct run alone = {"bare", "out-bare"}, empty = {"bare", "out-bare"};
    struct run in_project = {"bare", "out-bare"};
    CHECK(make_sequence("bare/a", "puddle", "qqLLLLL", 2, 16));
    CHECK(!evaluate(&alone, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK_CONTAINS(err.message, "no normal pictures above it");
    empty.project = scratch("project");
    CHECK(!evaluate(&empty, &err));
    CHECK_INT(err.code, ERROR_INPUT);
    CHECK(make_text("project/made.txt", "made"));
    in_project.project = scratch("project");
    char *text = evaluate(&in_project, &err);
    CHECK_CONTAINS(text, "\"scene\": \"\"");
    CHECK_INT(made_learned, 0);
    free(text);
}

TEST(two_at_once_in_one_folder_are_refused)
{
    struct error err;
    struct file_lock lock = {0};
    struct run run = {"ds", "out-1"};
    CHECK(file_lock_try(&lock, scratch("out-1/.lock"), &err));
    CHECK(!evaluate(&run, &err));
    CHECK_INT(err.code, ERROR_BUSY);
    CHECK_CONTAINS(err.message, "another evaluation is writing in");
    file_lock_release(&lock);
}

TEST(results_that_can_not_be_written_are_said)
{
    struct error err;
    struct run run = {"ds", "out-file"};
    CHECK(make_text("out-file/results", "a file where a folder should be"));
    CHECK(!evaluate(&run, &err));
    CHECK_CONTAINS(err.message, "out-file/results");
    struct run nowhere = {"ds", "out-file/results/below"};
    CHECK(!evaluate(&nowhere, &err));
}

int main(void)
{
    struct error err;
    config = config_default(&err);
    if (!config)
        return 2;
    RUN(any_number_of_workers_gives_the_same);
    RUN(what_is_finished_is_taken_up);
    RUN(again_takes_nothing_up);
    RUN(what_changed_is_evaluated_anew);
    RUN(settings_that_change_nothing_here_cost_nothing);
    RUN(damaged_results_count_as_none);
    RUN(every_member_of_a_result_is_doubted);
    RUN(the_first_failure_in_order_is_the_one_that_is_said);
    RUN(a_stop_while_watching_keeps_what_is_finished);
    RUN(a_stop_while_learning_saves_no_model);
    RUN(each_seed_is_a_run_with_a_model_of_its_own);
    RUN(without_normals_the_project_judges_or_nobody);
    RUN(two_at_once_in_one_folder_are_refused);
    RUN(results_that_can_not_be_written_are_said);
    config_destroy(config);
    return check_report();
}
