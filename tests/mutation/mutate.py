"""Mutants of C text: small changes of meaning, one at a time, each of which a test should notice.

The text is split into tokens; comments, strings and preprocessor lines stay as they are. What is a binary operator is told from
an unary one or a pointer by the blanks around it, which clang-format sets. Left out: assertions, messages of errors, and
calls that give memory back (what they forget, sanitizers find).
"""

import re
from typing import Iterator, NamedTuple


class Mutant(NamedTuple):
    """One change: text[start:end] of a file becomes `new`."""

    file: str
    start: int
    end: int
    line: int  # 1 is the first
    operator: str  # what kind of change
    old: str
    new: str

    def applied(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]

    def diff(self, text: str) -> list[str]:
        """The lines taken out (- ), those put in (+ ), and the one before and after them; without blanks at both ends."""
        first, last = self.line - 1, self.line + self.old.count("\n")
        old, new = text.splitlines(), self.applied(text).splitlines()
        before = [x for x in old[:first] if x.strip()][-1:]
        after = [x for x in old[last:] if x.strip()][:1]
        parts = (("  ", before), ("- ", old[first:last]), ("+ ", new[first:last]), ("  ", after))
        return [mark + x.strip() for mark, lines in parts for x in lines if x.strip()]


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      |(?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
      |(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      |(?P<number>0[xX][0-9a-fA-F]+[uUlL]*|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[uUlLfF]*)
      |(?P<name>[A-Za-z_]\w*)
      |(?P<mark><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)

# Operators that stand between blanks, and what becomes of them.
BINARY = {
    "+": ("arithmetic", ["-"]),
    "-": ("arithmetic", ["+"]),
    "*": ("arithmetic", ["/"]),
    "/": ("arithmetic", ["*"]),
    "%": ("arithmetic", ["*"]),
    "+=": ("arithmetic", ["-="]),
    "-=": ("arithmetic", ["+="]),
    "*=": ("arithmetic", ["/="]),
    "/=": ("arithmetic", ["*="]),
    "&": ("bits", ["|"]),
    "|": ("bits", ["&"]),
    "^": ("bits", ["&"]),
    "|=": ("bits", ["&="]),
    "&=": ("bits", ["|="]),
    "^=": ("bits", ["&="]),
    "<<": ("bits", [">>"]),
    ">>": ("bits", ["<<"]),
    "<": ("comparison", ["<=", ">"]),
    "<=": ("comparison", ["<", ">"]),
    ">": ("comparison", [">=", "<"]),
    ">=": ("comparison", [">", "<"]),
    "==": ("comparison", ["!="]),
    "!=": ("comparison", ["=="]),
    "&&": ("logic", ["||"]),
    "||": ("logic", ["&&"]),
}
NAMES = {
    "true": ("constant", "false"),
    "false": ("constant", "true"),
    "fmin": ("minmax", "fmax"),
    "fmax": ("minmax", "fmin"),
}

CHECKS = re.compile(r"SW_ASSERT|SW_REQUIRE|_Static_assert|static_assert")
MESSAGES = re.compile(r"sw_fail|snprintf|fprintf")
CLEAN_UP = re.compile(r"free|\w+_(?:free|deinit|destroy|unload)")
# Words that open no statement that could be dropped, or one that cannot.
OPENERS = set(
    "return if else for while do switch case default const static struct enum union typedef extern inline void char int long "
    "short float double bool signed unsigned sizeof".split()
)


def tokens(text: str) -> list[Token]:
    """Returns the tokens that may be changed: names, numbers and marks."""
    found = (Token(m.lastgroup or "", m.group(), m.start(), m.end()) for m in TOKENS.finditer(text))
    return [t for t in found if t.kind not in ("comment", "directive")]


def closing(toks: list[Token], at: int) -> int:
    """Returns the index of the parenthesis that closes the one at `at`."""
    depth = 0
    for i in range(at, len(toks)):
        if toks[i].text in "([{":
            depth += 1
        elif toks[i].text in ")]}":
            depth -= 1
            if depth == 0:
                return i
    raise ValueError("a parenthesis is not closed")


def left_out(toks: list[Token]) -> set[int]:
    """Returns the indices of tokens in assertions, in calls that give memory back, and after the format of a message."""
    out: set[int] = set()
    for i, tok in enumerate(toks[:-1]):
        if tok.kind == "name" and toks[i + 1].text == "(":
            if CHECKS.fullmatch(tok.text) or CLEAN_UP.fullmatch(tok.text) or MESSAGES.fullmatch(tok.text):
                out.update(range(i, closing(toks, i + 1) + 1))
    return out


def number_after(text: str) -> str:
    """Returns another value for a literal: n + 1 of an integer; 1 of a real 0, a thousandfold tolerance, else twice."""
    body = text.rstrip("uUlLfF") if not text[:2].lower() == "0x" else text.rstrip("uUlL")
    suffix = text[len(body) :]
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", body):
        return hex(int(body, 16) + 1) + suffix
    if re.fullmatch(r"\d+", body) and "f" not in suffix.lower():
        return str(int(body, 8 if len(body) > 1 and body[0] == "0" else 10) + 1) + suffix
    value = float(body)
    if value == 0.0:
        return "1.0" + suffix
    other = f"{value * (1000.0 if value < 1e-4 else 2.0):.12g}"
    return other + ("" if re.search(r"[.e]", other) else ".0") + suffix


def between_blanks(text: str, tok: Token) -> bool:
    return text[tok.start - 1].isspace() and text[tok.end].isspace()


def is_unary_minus(text: str, toks: list[Token], i: int) -> bool:
    before = toks[i - 1]
    operand_before = before.kind in ("number", "string") or before.text in ")]" or (before.kind == "name" and before.text != "return")
    return toks[i].text == "-" and not text[toks[i].end].isspace() and not operand_before


def statement_end(text: str, toks: list[Token], i: int) -> int | None:
    """Returns the index of the `;` of a statement that starts at token `i` and could be dropped; None when there is none."""
    first, second = toks[i], toks[i + 1]
    if first.kind == "name":
        declares = second.kind == "name" or (second.text == "*" and not text[second.end].isspace())
        jumps = first.text in ("break", "continue", "goto")
        if first.text in OPENERS or (declares and not jumps) or (second.text == ":" and not jumps):
            return None
    elif not (first.text in ("*", "++", "--") or (first.text == "(" and second.text == "void")):
        return None
    depth = 0
    for k in range(i, len(toks)):
        if toks[k].text in "([":
            depth += 1
        elif toks[k].text in ")]":
            depth -= 1
        elif toks[k].text in "{}" and depth == 0 and toks[k - 1].text != ")" and toks[k].text == "}":
            return None
        elif toks[k].text == ";" and depth == 0:
            return k
    return None


def statement_starts(toks: list[Token]) -> Iterator[int]:
    """Yields the indices of tokens that open a statement: after `;`, a brace or a label, outside parentheses."""
    depth = 0
    for i, tok in enumerate(toks):
        if i > 0 and depth == 0 and toks[i - 1].text in (";", "{", "}", ":") and tok.text not in ";{}":
            if toks[i - 1].text != ":" or is_label(toks, i - 1):
                yield i
        if tok.text in "([":
            depth += 1
        elif tok.text in ")]":
            depth -= 1


def is_label(toks: list[Token], colon: int) -> bool:
    """True for the colon of `case X:`, `default:` or `name:` at the start of a statement."""
    i = colon - 1
    while i > 0 and toks[i].text not in (";", "{", "}", "?", ":"):
        i -= 1
    return toks[i].text != "?" and (toks[i + 1].text in ("case", "default") or i + 2 == colon)


def changes(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yields (start, end, operator, new) of every change of a C text."""
    toks = tokens(text)
    skip = left_out(toks)
    for i, tok in enumerate(toks):
        if i in skip:
            continue
        if tok.kind == "number":
            yield tok.start, tok.end, "constant", number_after(tok.text)
        elif tok.kind == "name" and tok.text in NAMES:
            yield tok.start, tok.end, *NAMES[tok.text]
        elif tok.text in BINARY and between_blanks(text, tok):
            operator, news = BINARY[tok.text]
            for new in news:
                yield tok.start, tok.end, operator, new
        elif tok.text in ("++", "--"):
            yield tok.start, tok.end, "arithmetic", "--" if tok.text == "++" else "++"
        elif is_unary_minus(text, toks, i):
            yield tok.start, tok.end, "sign", ""
        elif tok.text in ("if", "while") and toks[i + 1].text == "(":
            end = closing(toks, i + 1)
            inner = text[toks[i + 1].start : toks[end].end]
            yield toks[i + 1].start, toks[end].end, "condition", f"(!{inner})"
    for i in statement_starts(toks):
        end_at = None if i in skip else statement_end(text, toks, i)
        if end_at is None or (toks[i].text == "(" and i + 3 in skip):
            continue
        start, end = toks[i].start, toks[end_at].end
        yield start, end, "statement", "\n" * text.count("\n", start, end) + ";"


def mutants(file: str, text: str) -> list[Mutant]:
    """Returns all mutants of a file, in order of place, then of what is put in."""
    found = [
        Mutant(file, start, end, text.count("\n", 0, start) + 1, operator, text[start:end], new)
        for start, end, operator, new in changes(text)
    ]
    return sorted(found, key=lambda m: (m.start, m.end, m.new))
