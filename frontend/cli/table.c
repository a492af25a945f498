/* The commands and their options: the only place where they are listed. */
#include "frontend/cli/cli.h"

#include <stdio.h>
#include <string.h>

const CliCommand cli_commands[] = {
    {"check", CLI_CHECK, cli_check,
     "check a model; its parameters, work, memory, layer by layer",
     "Reads FILE, compiles it, and shows what a step costs: parameters, operations on\n"
     "floats, bytes that its kernels move, memory. With --device each launch on a GPU:\n"
     "`cuda` is the one here, for the others there need be none. Nothing is run.",
     "descent check examples/digits.dsc --batch 64"},
    {"dump", CLI_DUMP, cli_dump,
     "show what the compiler makes of a model, level by level",
     "Writes the model as it is at a stage: StableHLO until `fused`, kernels in MLIR\n"
     "at `kernels` and `plan`, then LLVM IR and assembly, or CUDA C, PTX, SASS. From\n"
     "`kernels` on --device says whose: `cuda` is the GPU here, for the others there\n"
     "need be none. Without --device, cuda, ptx and sass are for sm_80.",
     "descent dump --stage=fused --entry=predict examples/digits.dsc"},
    {"train", CLI_TRAIN, cli_train,
     "train a model as its train block says; write the weights",
     "Trains FILE on its data, writes the best weights. Ctrl-C stops, --resume goes on",
     NULL},
    {"run", CLI_RUN, cli_run, "run a model on tensors or tables",
     "Runs FILE, a description with its trained weights or a StableHLO module. Each\n"
     "argument that the weights do not hold takes an --input, in order. Of a .csv the\n"
     "columns count that the model was trained on, and one .csv may hold those of all\n"
     "arguments. .gz of each is unpacked.",
     "descent run spam.dsc -w spam.safetensors -i mails.csv -o scores.csv"},
    {"build", CLI_BUILD, cli_build,
     "compile a model into a native program, library or C",
     "Compiles FILE with its trained weights into a program that needs libc and libm\n"
     "only, or into a library, an object or C with a header to call it.",
     "descent build spam.dsc -w spam.safetensors -o spam && ./spam mails.csv"},
    {"bench", 0, NULL, "measure a model (not there yet)", "", ""},
    {"convert", 0, NULL, "turn one format into another (not there yet)", "", ""},
};
const size_t cli_command_count = sizeof cli_commands / sizeof *cli_commands;

#define AT(member) offsetof(CliArgs, member)

static const char devices[] = "cpu|cuda"
#define GPU(name, ...) "|" name
#include "ir/gpus.def"
    ;

/* In the order of the help screens. */
const CliOption cli_options[] = {
    {CLI_DUMP, "stage", 's', CLI_STAGE, NULL, AT(stage), "how far to go (graph)"},
    {CLI_DUMP, "after", 0, CLI_TEXT, "PASS", AT(after), "stop after a pass instead"},
    {CLI_DUMP, "entry", 'e', CLI_TEXT, "NAME", AT(entry), "one entry point only"},
    {CLI_DUMP, "device", 0, CLI_CHOICE, devices,
     AT(device), "whose kernels: the CPU's, or a GPU's (stages from kernels on)"},
    {CLI_CHECK, "device", 0, CLI_CHOICE, devices,
     AT(device), "cuda, the GPU here, or one by name: each launch of a kernel"},
    {CLI_CHECK, "json", 0, CLI_OPTIONAL, "FILE", AT(json), "all of it as JSON (to stdout)"},
    {CLI_DUMP, "format", 0, CLI_CHOICE, "mlir|dot", AT(format),
     "text, or a graph for Graphviz"},
    {CLI_DUMP, "locations", 0, CLI_FLAG, NULL, AT(locations),
     "show where each op comes from"},
    {CLI_DUMP, "output", 'o', CLI_FILE, "FILE", AT(output),
     "write there, not to the terminal"},

    {CLI_TRAIN, "output", 'o', CLI_FILE, "FILE", AT(output),
     "weights to write (MODEL.safetensors)"},
    {CLI_TRAIN, "weights", 'w', CLI_FILE, "FILE", AT(weights), "weights to begin with"},
    {CLI_TRAIN, "epochs", 0, CLI_COUNT, "N", AT(epochs), "instead of the train block's"},
    {CLI_TRAIN, "steps", 0, CLI_COUNT, "N", AT(steps), "stop after so many steps"},
    {CLI_TRAIN, "seed", 0, CLI_SEED, "N", AT(seed), "instead of the train block's"},
    {CLI_TRAIN, "checkpoint", 0, CLI_FILE, "FILE", AT(checkpoint),
     "save all state there after each epoch"},
    {CLI_TRAIN, "resume", 0, CLI_FILE, "FILE", AT(resume),
     "go on from a checkpoint, and save there again"},
    {CLI_TRAIN, "data-root", 0, CLI_FOLDER, "DIR", AT(data_root),
     "where relative paths of data begin"},
    {CLI_TRAIN, "json", 0, CLI_OPTIONAL, "FILE", AT(json),
     "a JSON line per epoch (to stdout)"},
    {CLI_TRAIN, "trace", 0, CLI_FOLDER, "DIR", AT(trace),
     "save state, batches and losses there"},
    {CLI_TRAIN, "verify", 0, CLI_MAYBE, "passes", AT(verify),
     "first check that no pass changes a result"},
    {CLI_TRAIN, "quiet", 'q', CLI_FLAG, NULL, AT(quiet), "no progress"},

    {CLI_RUN, "entry", 'e', CLI_TEXT, "NAME", AT(entry), "entry point (predict; main)"},
    {CLI_RUN, "weights", 'w', CLI_FILE, "FILE", AT(weights),
     "trained weights (safetensors)"},
    {CLI_RUN, "input", 'i', CLI_LIST, "FILE", AT(inputs),
     "a .npy or .csv; once per argument, in order"},
    {CLI_RUN, "output", 'o', CLI_FILE, "FILE", AT(output),
     "write the results to a .npy, .csv or .json"},
    {CLI_RUN, "output-dir", 0, CLI_FOLDER, "DIR", AT(output_dir),
     "write DIR/out0.npy, out1.npy ..."},
    {CLI_RUN, "format", 0, CLI_CHOICE, "npy|csv|json", AT(format),
     "whatever the ending says; without a file: show so"},
    {CLI_RUN, "raw", 0, CLI_FLAG, NULL, AT(raw),
     "inputs are scaled and standardized already"},
    {CLI_RUN, "backend", 0, CLI_CHOICE, "cpu|ref", AT(backend),
     "native code, or the reference evaluator"},

    {CLI_BUILD, "output", 'o', CLI_FILE, "FILE", AT(output),
     "what to write (MODEL); with a header FILE.h"},
    {CLI_BUILD, "kind", 'k', CLI_CHOICE, "exe|shared|static|object|c", AT(kind),
     "by the ending of FILE: .so .a .o .c, exe has none"},
    {CLI_BUILD, "weights", 'w', CLI_FILE, "FILE", AT(weights),
     "trained weights (safetensors), which go into it"},
    {CLI_BUILD, "weights-file", 0, CLI_FLAG, NULL, AT(weights_file),
     "weights are not part of it: given when it runs"},
    {CLI_BUILD, "train", 0, CLI_FLAG, NULL, AT(train),
     "the trainer: a program, or functions, that train it"},
    {CLI_BUILD, "epochs", 0, CLI_COUNT, "N", AT(epochs),
     "of a trainer, instead of the train block's"},
    {CLI_BUILD, "data-root", 0, CLI_FOLDER, "DIR", AT(data_root),
     "of a trainer: where relative paths of data begin"},
    {CLI_BUILD, "rows", 0, CLI_COUNT, "N", AT(rows),
     "of a trainer's data, which is not read then"},
    {CLI_BUILD, "entry", 'e', CLI_TEXT, "NAME", AT(entry),
     "entry point (predict; main, all for libraries)"},
    {CLI_BUILD, "batch", 'b', CLI_COUNT, "N", AT(batch), "rows of one call (1)"},
    {CLI_BUILD, "target", 0, CLI_TEXT, "TRIPLE", AT(target),
     "another machine: aarch64-linux-gnu, riscv64..."},
    {CLI_BUILD, "cpu", 0, CLI_TEXT, "NAME[,NAME]", AT(cpu),
     "processor (host): x86-64-v3; several in one file"},

    {CLI_ALL, "model", 'm', CLI_TEXT, "NAME", AT(model),
     "which model (that of the first train block)"},
    {CLI_CHECK | CLI_DUMP | CLI_TRAIN, "batch", 'b', CLI_COUNT, "N", AT(batch),
     "rows in a batch, instead of the train block's"},
    {CLI_ALL, "size", 0, CLI_LIST, "NAME=N", AT(sizes),
     "another size that the model leaves free"},
    {CLI_CHECK | CLI_DUMP, "steps-per-epoch", 0, CLI_COUNT, "N", AT(steps_per_epoch),
     "for schedules, as no data is read (1)"},
    {CLI_TRAIN | CLI_RUN, "device", 0, CLI_CHOICE, "cpu|cuda", AT(device),
     "what to run on: cuda is the first NVIDIA GPU"},
    {CLI_ALL & ~CLI_BUILD, "tf32", 0, CLI_FLAG, NULL, AT(tf32),
     "a GPU may cut f32 to 10 bits of mantissa in products"},
    {CLI_TRAIN | CLI_RUN, "threads", 't', CLI_COUNT, "N", AT(threads),
     "threads (the cores this process may use)"},
    {CLI_ALL & ~CLI_BUILD, "cpu", 0, CLI_CHOICE, "host|x86-64|x86-64-v3|x86-64-v4", AT(cpu),
     "which processor to compile for"},
    {CLI_TRAIN | CLI_RUN, "profile", 0, CLI_FLAG, NULL, AT(profile),
     "show how long each launch takes (--device=cuda)"},
    {CLI_TRAIN | CLI_RUN | CLI_BUILD, "times", 0, CLI_FLAG, NULL, AT(times),
     "show how long each pass takes"},
    {CLI_ALL, "help", 'h', CLI_FLAG, NULL, AT(help), "show this"},
};
const size_t cli_option_count = sizeof cli_options / sizeof *cli_options;

const CliCommand *cli_find_command(const char *name)
{
    for (size_t i = 0; i < cli_command_count; i++)
        if (!strcmp(cli_commands[i].name, name))
            return &cli_commands[i];
    return NULL;
}

const char *cli_words(const CliOption *o, char out[CLI_WORDS])
{
    const char *stages[API_STAGES];
    if (o->kind != CLI_STAGE)
        return o->value;
    size_t count = api_stages(stages), n = 0;
    for (size_t i = 0; i < count && n < CLI_WORDS; i++)
        n += (size_t)snprintf(out + n, CLI_WORDS - n, i ? "|%s" : "%s", stages[i]);
    return out;
}

const char *cli_spelling(const CliOption *o, char out[CLI_SPELLING])
{
    char value[CLI_WORDS + 4] = "", buffer[CLI_WORDS];
    const char *words = cli_words(o, buffer);
    if (o->kind == CLI_OPTIONAL || o->kind == CLI_MAYBE)
        snprintf(value, sizeof value, "[=%s]", words);
    else if (words)
        snprintf(value, sizeof value, " %s", words);
    if (o->letter)
        snprintf(out, CLI_SPELLING, "-%c, --%s%s", o->letter, o->name, value);
    else
        snprintf(out, CLI_SPELLING, "    --%s%s", o->name, value);
    return out;
}
