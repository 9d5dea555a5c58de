package logs

import "fmt"

// The bounds of "len" on a `log` line, in bytes.
const (
	MinLen     = 80
	MaxLen     = 65535
	DefaultLen = 1024
)

// Config is one `log` line. The zero value is not useful: see [ParseConfig].
type Config struct {
	Target Target
	Len    int // longest line in bytes, header and all
	Format Format
	// Formatted says that the line names the format.
	Formatted bool
	Sample    Sample
	Facility  Facility
	Max       Level // lines less severe than this are not sent
	Min       Level // lines more severe than this are sent as this level
	Profile   string
}

// WordError is a mistake in the words of a `log` line, in HAProxy's wording.
type WordError struct {
	Word    int // index of the word among those given to [ParseConfig]
	Message string
}

// Error is the message, without a position.
func (e *WordError) Error() string { return e.Message }

// ParseConfig reads what follows the address of a `log` line:
//
//	[len <length>] [format <format>] [sample <ranges>:<size>] [profile <name>] <facility> [<level> [<minlevel>]]
//
// The options come in this order only, as in HAProxy. The target is left for
// the caller to fill in. An error is a *[WordError].
func ParseConfig(words []string) (Config, error) {
	c := Config{Len: DefaultLen, Max: Debug, Min: Emerg}
	at := 0
	word := func() string {
		if at < len(words) {
			return words[at]
		}
		return ""
	}
	fail := func(format string, args ...any) (Config, error) {
		return Config{}, &WordError{Word: min(at, max(len(words)-1, 0)), Message: fmt.Sprintf(format, args...)}
	}

	if word() == "len" {
		at++
		c.Len = int(leadingInt(word()))
		if c.Len < MinLen || c.Len > MaxLen {
			return fail("invalid log length '%s', must be between %d and %d", word(), MinLen, MaxLen)
		}
		at++
	}
	if word() == "format" {
		c.Formatted = true
		at++
		var ok bool
		if c.Format, ok = ParseFormat(word()); !ok {
			return fail("unknown log format '%s'", word())
		}
		at++
	}
	if word() == "sample" {
		at++
		var err error
		if c.Sample, err = ParseSample(word()); err != nil {
			return fail("%s", err)
		}
		at++
	}

	if word() == "profile" {
		at++
		if c.Profile = word(); c.Profile == "" {
			return fail("'profile' expects the name of a log-profile section")
		}
		at++
	}

	var ok bool
	if c.Facility, ok = ParseFacility(word()); !ok {
		return fail("unknown log facility '%s'", word())
	}
	at++
	if at < len(words) {
		if c.Max, ok = ParseLevel(word()); !ok {
			return fail("unknown optional log level '%s'", word())
		}
		at++
	}
	if at < len(words) {
		if c.Min, ok = ParseLevel(word()); !ok {
			return fail("unknown optional minimum log level '%s'", word())
		}
		at++
	}
	if at < len(words) {
		return fail("cannot handle unexpected argument '%s'", word())
	}
	return c, nil
}

// leadingInt reads a number the way C's atoi does on a 32-bit int, which is
// what a length means to HAProxy: "90x" is 90.
func leadingInt(s string) int32 {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] >= '\t' && s[i] <= '\r') {
		i++
	}
	negative := i < len(s) && s[i] == '-'
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	var n int32
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = n*10 + int32(s[i]-'0')
	}
	if negative {
		return -n
	}
	return n
}
