package spoe

import (
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// log writes the line about a question (SPOE.txt, section 4).
func (a *Agent) log(s *core.Stream, q *question, failure int, kind, name string, now int64) {
	level := logs.Notice
	if failure != noFailure {
		level = logs.Warning
	}
	if !a.Logger.Wants(level) || failure == noFailure && a.DontLogNormal {
		return
	}
	b := s.Scratch(160)[:0]
	b = append(append(b, "SPOE: ["...), a.Name...)
	b = append(append(append(b, "] <"...), kind...), ':')
	b = append(append(b, name...), "> sid="...)
	b = strconv.AppendUint(b, q.stream, 10)
	b = strconv.AppendInt(append(b, " st="...), int64(failure), 10)
	b = append(b, ' ')
	for i, t := range [...]int64{between(q.began, q.encoded), between(q.encoded, q.sent), between(q.sent, q.answered), between(q.answered, q.applied), now - q.began} {
		if i > 0 {
			b = append(b, '/')
		}
		b = strconv.AppendInt(b, t, 10)
	}
	c := &a.counters
	b = pair(b, c.idles.Load(), c.links.Load())
	b = pair(b, c.sending.Load(), c.waiting.Load())
	b = pair(b, int64(c.errors.Load()), int64(c.processed.Load()))
	a.Logger.Log(level, b)
}

func pair(b []byte, x, y int64) []byte {
	b = strconv.AppendInt(append(b, ' '), x, 10)
	return strconv.AppendInt(append(b, '/'), y, 10)
}

// between is the time from one moment to another, -1 where one of them never came.
func between(from, to int64) int64 {
	if from == 0 || to == 0 {
		return -1
	}
	return to - from
}
