package health

import "strconv"

// notify writes a message about the server to stderr and, with the given
// severity, to the logs.
func (s *Server) notify(k EventKind, level Level, text string) {
	s.backend.sched.emit(s.event(k, level, text))
}

// alert is notify for what is sent by mail as well.
func (s *Server) alert(k EventKind, level Level, text string) {
	e := s.event(k, level, text)
	e.Mail = level
	s.backend.sched.emit(e)
}

func (s *Server) event(k EventKind, level Level, text string) Event {
	text = s.title() + " " + text
	return Event{
		Kind: k, Backend: s.backend, Server: s,
		Message: text, Level: Warn,
		Log: text, LogLevel: level,
	}
}

// title is how a message about the server begins.
func (s *Server) title() string {
	if s.config.Backup {
		return "Backup Server " + s.path()
	}
	return "Server " + s.path()
}

func (s *Server) path() string { return s.backend.config.Name + "/" + s.config.Name }

// via is how the messages about trackers of s name the cause.
func (s *Server) via() string { return " via " + s.path() }

// left ends the message about a server that is gone.
func (s *Server) left(requeued int) string {
	sessions, queued := s.hooks.Load()
	return s.counts(" backup servers left.") +
		" " + strconv.Itoa(sessions) + " sessions active, " +
		strconv.Itoa(requeued) + " requeued, " +
		strconv.Itoa(queued) + " remaining in queue."
}

// online ends the message about a server that is there.
func (s *Server) online(requeued int) string {
	_, queued := s.hooks.Load()
	return s.counts(" backup servers online.") +
		" " + strconv.Itoa(requeued) + " sessions requeued, " +
		strconv.Itoa(queued) + " total in queue."
}

func (s *Server) counts(end string) string {
	b := s.backend
	t := ". " + strconv.Itoa(b.active) + " active and " + strconv.Itoa(b.backup) + end
	if b.active == 0 && b.backup > 0 {
		t += " Running on backup."
	}
	return t
}

// because words the result of a check as the reason of a change. What traffic
// has observed has no duration.
func because(r *Result) string {
	t := ", reason: " + r.Status.Text()
	if r.Status.coded() {
		t += ", code: " + strconv.Itoa(r.Code)
	}
	if r.Info != "" {
		t += ", info: \"" + r.Info + "\""
	}
	if r.Status == HANA {
		return t
	}
	return t + ", check duration: " + strconv.FormatInt(r.Duration.Milliseconds(), 10) + "ms"
}

func (s *Scheduler) emit(e Event) {
	if s.options.Notifier != nil {
		s.options.Notifier.Notify(e)
	}
}
