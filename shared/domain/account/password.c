#include "domain/account/password.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* What has to be left of a password without the words that everybody tries. */
enum { OWN_CHARACTERS = 6, LOGIN_MIN = 3 };

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The letter that a sign is written for. */
static char meant(char c)
{
    static const char signs[] = "@4031!$57";
    static const char letters[] = "aaoeiisst";
    const char *at = c ? strchr(signs, c) : NULL;
    return at ? letters[at - signs] : c;
}

static int64_t classes_of(const char *password)
{
    unsigned seen = 0;
    for (const char *p = password; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            seen |= 1;
        else if (*p >= 'A' && *p <= 'Z')
            seen |= 2;
        else if (*p >= '0' && *p <= '9')
            seen |= 4;
        else
            seen |= 8;
    }
    return (seen & 1) + (seen >> 1 & 1) + (seen >> 2 & 1) + (seen >> 3 & 1);
}

static size_t word_at(const struct password_rules *rules, const char *text)
{
    for (size_t i = 0; i < rules->word_count; i++) {
        size_t n = strlen(rules->words[i]);
        if (n && strncmp(text, rules->words[i], n) == 0)
            return n;
    }
    return 0;
}

/* The different characters that no word accounts for, neither as written nor as meant. */
static int own_characters(const struct password_rules *rules, const char *text, const char *letters)
{
    bool seen[256] = { false };
    int own = 0;
    for (size_t i = 0; text[i];) {
        size_t written = word_at(rules, text + i);
        size_t n = written ? written : word_at(rules, letters + i);
        if (n == 0 && !seen[(unsigned char)text[i]]) {
            seen[(unsigned char)text[i]] = true;
            own++;
        }
        i += n ? n : 1;
    }
    return own;
}

enum password_fault password_judge(const struct password_rules *rules, const char *password,
                                   const char *login)
{
    char plain[PASSWORD_MAX + 1] = "";
    char letters[PASSWORD_MAX + 1] = "";
    size_t n = strlen(password);
    if (n > PASSWORD_MAX)
        return PASSWORD_LONG;
    if ((int64_t)utf8_length(password) < rules->length)
        return PASSWORD_SHORT;
    if (classes_of(password) < rules->classes)
        return PASSWORD_PLAIN;
    for (size_t i = 0; i <= n; i++) {
        plain[i] = small(password[i]);
        letters[i] = meant(plain[i]);
    }
    if (strlen(login) >= LOGIN_MIN && strstr(plain, login))
        return PASSWORD_NAMED;
    return own_characters(rules, plain, letters) < OWN_CHARACTERS ? PASSWORD_KNOWN : PASSWORD_GOOD;
}
