package logs

// Level is a syslog severity; the smaller, the more severe. The zero value is
// Emerg.
type Level uint8

// The levels of RFC 5424 section 6.2.1.
const (
	Emerg Level = iota
	Alert
	Crit
	Err
	Warning
	Notice
	Info
	Debug
)

const levels = 8

var levelNames = [levels]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}

// String is the level's name in the configuration language.
func (l Level) String() string { return nameOf(levelNames[:], int(l)) }

// ParseLevel finds a level by its name. Names are lower case, as in HAProxy.
func ParseLevel(name string) (Level, bool) {
	i, ok := indexOf(levelNames[:], name)
	return Level(i), ok
}

// LevelNames lists the names that [ParseLevel] knows, most severe first.
func LevelNames() []string { return append([]string(nil), levelNames[:]...) }

// Facility says what kind of program a line comes from. The zero value is
// kern.
type Facility uint8

// Local0 is the first of the eight facilities for local use.
const Local0 Facility = 16

var facilityNames = [24]string{
	"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
	"uucp", "cron", "auth2", "ftp", "ntp", "audit", "alert", "cron2",
	"local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
}

// String is the facility's name in the configuration language.
func (f Facility) String() string { return nameOf(facilityNames[:], int(f)) }

// ParseFacility finds a facility by its name.
func ParseFacility(name string) (Facility, bool) {
	i, ok := indexOf(facilityNames[:], name)
	return Facility(i), ok
}

// FacilityNames lists the names that [ParseFacility] knows, by number.
func FacilityNames() []string { return append([]string(nil), facilityNames[:]...) }

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "?"
}

func indexOf(names []string, name string) (int, bool) {
	for i, n := range names {
		if n == name {
			return i, true
		}
	}
	return 0, false
}
