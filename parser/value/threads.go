package value

import (
	"fmt"
	"regexp"
	"strings"
)

// MaxThreads is how many threads there may be, MaxCPUs how many processors.
const (
	MaxThreads = 64
	MaxCPUs    = 1024
)

var threadRange = regexp.MustCompile(`^\d*(-\d*)?$`)

// ThreadSet reads the threads from 1 to most that "all", "odd", "even", a number or
// a range mean; the lowest bit stands for the first. A range may leave its end out.
func ThreadSet(text string, most int) (uint64, error) {
	const odd = 0x5555555555555555
	every := uint64(1)<<(most-1)<<1 - 1
	switch text {
	case "all":
		return every, nil
	case "odd":
		return every & odd, nil
	case "even":
		return every & (odd << 1), nil
	}
	if !threadRange.MatchString(text) {
		return 0, fmt.Errorf("'%s' is not a valid number/range.", text)
	}
	from, to, ranged := strings.Cut(text, "-")
	low := int(Atol(from))
	high := low
	switch {
	case ranged && to == "":
		high = most
	case ranged:
		high = int(Atol(to))
	}
	if low > high {
		low, high = high, low
	}
	if low < 1 || high > most {
		return 0, fmt.Errorf("'%s' is not a valid number/range. It supports numbers from 1 to %d.", text, most)
	}
	return every >> (most - high) &^ (1<<(low-1) - 1), nil
}

// CPURange reads a processor's number, or a range of them, which may leave its end
// out. rest is what follows, which HAProxy does not look at.
func CPURange(text string) (low, high int, rest string, err error) {
	n := leadingDigits(text)
	if n == 0 {
		return 0, 0, "", fmt.Errorf("'%s' is not a CPU range.", text)
	}
	low, rest = atMost(text[:n]), text[n:]
	high = low
	if strings.HasPrefix(rest, "-") {
		rest = rest[1:]
		switch n = leadingDigits(rest); {
		case rest == "":
			high = MaxCPUs - 1
		case n > 0:
			high, rest = atMost(rest[:n]), rest[n:]
		}
	}
	if max(low, high) >= MaxCPUs {
		return 0, 0, "", fmt.Errorf("supports CPU numbers from 0 to %d.", MaxCPUs-1)
	}
	return min(low, high), max(low, high), rest, nil
}

// leadingDigits gives how many digits text begins with.
func leadingDigits(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

// atMost reads digits as a number, a large one as MaxCPUs.
func atMost(text string) int {
	n, _ := digits(text, MaxCPUs)
	return int(n)
}
