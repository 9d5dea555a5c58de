package health

// Level is the severity of an event, numbered as in syslog (RFC 5424).
type Level uint8

// The severities used here.
const (
	Emerg  Level = 0
	Alert  Level = 1
	Warn   Level = 4
	Notice Level = 5
	Info   Level = 6
)

// EventKind says what an event is about.
type EventKind uint8

// The kinds of events.
const (
	CheckLogged    EventKind = iota // `option log-health-checks`
	StateChanged                    // up, down, stopping, ...
	AdminChanged                    // maintenance, drain
	ServersMissing                  // a backend has no usable server left
)

// Event is a message about a server or a backend.
type Event struct {
	Kind    EventKind
	Backend *Backend
	Server  *Server // nil when the event is about the backend

	// Message is the text for stderr, and Level its severity there: Warn or
	// Alert. An empty message is for the log alone.
	Message string
	Level   Level
	// Log is the text for the backend's log targets, and LogLevel its severity.
	// An empty text is for stderr alone.
	Log      string
	LogLevel Level
	// Mail is the severity as which the text is sent by mail, 0 for not at all.
	Mail Level
}

// Notifier receives the events, in order. It is called under the scheduler's
// lock: it must not block for long and must not call into this package, except
// for names.
type Notifier interface {
	Notify(Event)
}
