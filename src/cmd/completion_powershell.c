/* Completion for PowerShell (5 and 7): tables as hashes and one script block.
 *
 * Where nothing is proposed PowerShell offers files and folders by itself, so the tables have no
 * row for those.
 */
#include "cmd/completion.h"

#include "cmd/cli_parse.h"
#include "cmd/escape.h"

#include <stdio.h>

static const struct escape quoted_rules[] = {{'\'', "''"}, {0}};

static const char where_the_cursor_is[] =
    "    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |\n"
    "        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |\n"
    "        ForEach-Object { $_.Extent.Text })\n"
    "    $command = \"$($words | Select-Object -First 1)\"\n"
    "    $first = 1\n"
    "    if ($words.Count -ge 2 -and $commands.Contains(\"$command $($words[1])\")) {\n"
    "        $command = \"$command $($words[1])\"\n"
    "        $first = 2\n"
    "    }\n"
    "    $found = [ordered]@{}\n"
    "    if (-not $commands.Contains($command)) {\n"
    "        $before = if ($words.Count -eq 0) { '' } else { \"$command \" }\n"
    "        foreach ($name in $commands.Keys) {\n"
    "            if ($name.StartsWith($before)) {\n"
    "                $word = $name.Substring($before.Length).Split(' ')[0]\n"
    "                if (-not $found.Contains($word)) { $found[$word] = $commands[$name] }\n"
    "            }\n"
    "        }\n"
    "    } elseif ($wordToComplete -match '^(--[^=]+)=') {\n"
    "        $flag = $Matches[1]\n"
    "        $choices = \"$($values[\"$command $flag\"])$($values[$flag])\"\n"
    "        foreach ($choice in $choices.Split(' ')) { $found[\"$flag=$choice\"] = $choice }\n"
    "    } elseif ($wordToComplete.StartsWith('-')) {\n"
    "        foreach ($flag in $flags[$command].Split(' ')) { $found[$flag] = $flag }\n"
    "        if ($flags[$command] -match '--project') {\n"
    "            foreach ($option in $options.Keys) { $found[\"$option=\"] = $options[$option] }\n"
    "        }\n"
    "    } else {\n"
    "        $last = if ($words.Count -gt $first) { $words[-1] } else { '' }\n"
    "        $choices = \"$($values[\"$command $last\"])$($values[$last])\"\n"
    "        if (-not $choices) { $choices = $values[$command] }\n"
    "        foreach ($choice in \"$choices\".Split(' ')) { $found[$choice] = $choice }\n"
    "    }\n"
    "    foreach ($word in $found.Keys) {\n"
    "        if ($word -and $word.StartsWith($wordToComplete, 'OrdinalIgnoreCase')) {\n"
    "            [System.Management.Automation.CompletionResult]::new(\n"
    "                $word, $word, 'ParameterValue', $found[$word])\n"
    "        }\n"
    "    }\n"
    "}\n";

static void append_row(const char *key, const char *value, struct buffer *out)
{
    buffer_append_format(out, "        '%s' = '", key);
    escape_append(value, quoted_rules, out);
    buffer_append_text(out, "'\n");
}

static void append_flags(const struct command *command, struct buffer *out)
{
    const struct command_flag *flag;
    buffer_append_format(out, "        '%s' = '", command->name);
    for (size_t i = 0; (flag = command_flag_at(command, i)) != NULL; i++)
        buffer_append_format(out, "%s--%s", i ? " " : "", flag->name);
    buffer_append_text(out, "'\n");
}

static void append_choices_of_command(const struct command *command, struct buffer *out)
{
    const struct command_flag *flag;
    for (int i = 0; i < command->max_arguments; i++) {
        struct place place = place_of_argument(command, i);
        if (place.kind == PLACE_CHOICE)
            append_row(command->name, place.choices, out);
    }
    for (size_t i = 0; (flag = command_flag_at(command, i)) != NULL; i++) {
        struct place place = place_of_flag(flag);
        if (place.kind == PLACE_CHOICE)
            buffer_append_format(out, "        '%s --%s' = '%s'\n", command->name, flag->name,
                                 place.choices);
    }
}

static void append_options(bool choices, struct buffer *out)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = completion_option(i);
        if (!row)
            continue;
        char flag[OPTION_PATH_SIZE + 2];
        struct place place = place_of_option(row);
        snprintf(flag, sizeof flag, "--%s", row->path);
        if (!choices)
            append_row(flag, row->text, out);
        else if (place.kind == PLACE_CHOICE)
            append_row(flag, place.choices, out);
    }
}

void completion_append_powershell(struct buffer *out)
{
    buffer_append_text(out, "# PowerShell completion of leakwatch " LEAKWATCH_VERSION
                            ", written by `leakwatch completion powershell`.\n\n"
                            "Register-ArgumentCompleter -Native -CommandName leakwatch "
                            "-ScriptBlock {\n"
                            "    param($wordToComplete, $commandAst, $cursorPosition)\n"
                            "    $commands = [ordered]@{\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_row((*row)->name, (*row)->summary, out);
    buffer_append_text(out, "    }\n    $flags = @{\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_flags(*row, out);
    buffer_append_text(out, "    }\n    $values = @{\n");
    for (const struct command *const *row = command_table; *row; row++)
        append_choices_of_command(*row, out);
    append_options(true, out);
    buffer_append_text(out, "    }\n    $options = [ordered]@{\n");
    append_options(false, out);
    buffer_append_text(out, "    }\n");
    buffer_append_text(out, where_the_cursor_is);
}
