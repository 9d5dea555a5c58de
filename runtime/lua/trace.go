package lua

import (
	"regexp"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func itoa(n int) string { return strconv.Itoa(n) }

// maxTrace bounds how many calls a message shows.
const maxTrace = 20

// traceback tells which calls are under way, innermost first, as HAProxy's messages
// do.
func traceback(L *lua.LState) string {
	var b strings.Builder
	for level := 1; level <= maxTrace; level++ { // 0 is who asks
		d, ok := L.GetStack(level)
		if !ok {
			break
		}
		if _, err := L.GetInfo("Slnf", d, lua.LNil); err != nil {
			break
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		if d.Source == "" {
			b.WriteString("[C]: in ")
			b.WriteString(called(d))
			continue
		}
		b.WriteString(d.Source)
		b.WriteByte(':')
		b.WriteString(itoa(d.CurrentLine))
		b.WriteString(": in ")
		if d.LineDefined == 0 {
			b.WriteString("main chunk")
		} else {
			b.WriteString("function line ")
			b.WriteString(itoa(d.LineDefined))
		}
	}
	if b.Len() == 0 {
		return "[C]"
	}
	return b.String()
}

func called(d *lua.Debug) string {
	if d.Name == "" || d.Name == "?" || d.Name[0] == '(' {
		return "?"
	}
	return "global '" + d.Name + "'"
}

// rewordings are what the interpreter says otherwise than Lua 5.3 does.
var rewordings = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`attempt to index a non-table object\((\w+)\) with key '[^']*'`), "attempt to index a $1 value"},
	{regexp.MustCompile(`bad argument #(\d+) to (\w+) \(`), "bad argument #$1 to '$2' ("},
	{regexp.MustCompile(`bad argument #(\d+) to \(anonymous\) \(`), "bad argument #$1 to '?' ("},
	{regexp.MustCompile(`attempt to call a non-function object`), "attempt to call a nil value"},
	{regexp.MustCompile(`cannot perform (?:add|sub|mul|div|mod|pow|unm) operation between (?:number and (\w+)|(\w+) and \w+)`), "attempt to perform arithmetic on a $1$2 value"},
	{regexp.MustCompile(`cannot perform concat operation between (?:(?:string|number) and (\w+)|(\w+) and \w+)`), "attempt to concatenate a $1$2 value"},
}

// reword makes a message of the interpreter one of Lua 5.3.
func reword(text string) string {
	for _, r := range rewordings {
		text = r.from.ReplaceAllString(text, r.to)
	}
	return text
}
