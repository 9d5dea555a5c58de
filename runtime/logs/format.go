package logs

// Format is what stands before the text of a line.
type Format uint8

// The formats of the manual's "log" keyword.
const (
	Unspecified Format = iota // Local, or RFC3164 where the host name is sent
	Local                     // <pri>date tag[pid]: text
	RFC3164                   // <pri>date host tag[pid]: text
	RFC5424                   // <pri>1 isodate host tag pid - sd text
	Priority                  // <pri>text
	Short                     // <level>text
	Timed                     // <level>isodate text
	ISO                       // isodate text
	Raw                       // text
)

var formatNames = [...]string{"", "local", "rfc3164", "rfc5424", "priority", "short", "timed", "iso", "raw"}

// String is the format's name in the configuration language, "" for
// Unspecified.
func (f Format) String() string { return nameOf(formatNames[:], int(f)) }

// ParseFormat finds a format by its name.
func ParseFormat(name string) (Format, bool) {
	i, ok := indexOf(formatNames[1:], name)
	if !ok {
		return Unspecified, false
	}
	return Format(i + 1), true
}

// FormatNames lists the names that [ParseFormat] knows.
func FormatNames() []string { return append([]string(nil), formatNames[1:]...) }
