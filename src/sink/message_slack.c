/* A message as Slack's incoming webhooks take it.
 *
 * Slack reads &, < and > as markup: unescaped, a file name could ping the whole workspace
 * ("<!channel>"). Blocks hold at most 3000 characters; a longer text is cut before it is escaped,
 * so that no escape is cut in half.
 */
#include "sink/message.h"

#include <string.h>

enum { BLOCK_TEXT_MAX = 2400 };

static void append_escaped(struct buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        switch (text[i]) {
        case '&':
            buffer_append_text(out, "&amp;");
            break;
        case '<':
            buffer_append_text(out, "&lt;");
            break;
        case '>':
            buffer_append_text(out, "&gt;");
            break;
        default:
            buffer_append(out, &text[i], 1);
        }
    }
}

/* The text without its first line (which stands above it) and trailing line feeds, escaped, within
 * BLOCK_TEXT_MAX bytes. */
static void append_details(struct buffer *out, const char *text)
{
    const char *rest = strstr(text, "\n\n");
    rest = rest ? rest + 2 : text;
    size_t size = strlen(rest), escaped = 0, taken = 0;
    while (size > 0 && rest[size - 1] == '\n')
        size--;
    while (taken < size && escaped + 5 <= BLOCK_TEXT_MAX)
        escaped += strchr("&<>", rest[taken++]) ? 5 : 1;
    while (taken > 0 && taken < size && ((unsigned char)rest[taken] & 0xc0) == 0x80)
        taken--;
    append_escaped(out, rest, taken);
    if (taken < size)
        buffer_append_text(out, "\n…");
}

static json_t *section(const char *text)
{
    return json_pack("{s:s, s:{s:s, s:s}}", "type", "section", "text", "type", "mrkdwn", "text",
                     text);
}

json_t *message_slack_payload(const struct message *message, struct error *err)
{
    struct buffer line = {0}, bold = {0}, details = {0}, context = {0};
    append_escaped(&line, message->line, strlen(message->line));
    buffer_append_format(&bold, "*%s*", buffer_text(&line));
    append_details(&details, buffer_text(&message->text));
    buffer_append_text(&context, "event ");
    append_escaped(&context, message->reference, strlen(message->reference));
    json_t *payload = NULL;
    if (!line.failed && !bold.failed && !details.failed && !context.failed)
        payload =
            json_pack("{s:s, s:[o, o, {s:s, s:[{s:s, s:s}]}]}", "text", buffer_text(&line),
                      "blocks", section(buffer_text(&bold)), section(buffer_text(&details)), "type",
                      "context", "elements", "type", "mrkdwn", "text", buffer_text(&context));
    buffer_finish(&line);
    buffer_finish(&bold);
    buffer_finish(&details);
    buffer_finish(&context);
    if (!payload)
        error_set(err, ERROR_MEMORY, "no memory to make a Slack message");
    return payload;
}
