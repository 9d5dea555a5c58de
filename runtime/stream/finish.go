package stream

import (
	"net/netip"
	"strconv"
	"time"

	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// finish ends a stream: it gives back what the stream holds, completes the
// counters, writes the log line and frees the stream.
func (st *stream) finish() {
	s := st.session
	st.joinUpload(true)
	st.up.settle(&s.in)
	st.endServer()
	st.unlist()
	if st.tracing {
		st.traceEnd()
	}
	st.measureLoad(1)
	st.releaseSlot()
	st.complete()
	st.count()
	if !st.logged {
		st.log()
	}
	s.handshake = 0
	st.free()
}

// measureLoad notes the connections that logs tell of. The stream itself counts
// on the frontend, but as soon as it has ended no more on the backend and the
// server, as in HAProxy: own is 1 then, else 0.
func (st *stream) measureLoad(own int64) {
	l := &st.Log
	l.ActConn = st.engine.Active.Load()
	l.FeConn = st.Frontend.FE.Current.Load()
	if st.inBackend {
		l.BeConn = st.Backend.BE.Current.Load() - own
	}
	if st.Server != nil {
		l.SrvConn = st.Server.Stats.Current.Load()
		if st.slot == st.Server {
			l.SrvConn -= own
		}
	}
}

// MeasureLoad implements [core.Control].
func (st *stream) MeasureLoad() { st.measureLoad(0) }

// measureBytes adds up what passed, in HAProxy's measure.
func (st *stream) measureBytes() {
	l := &st.Log
	l.BytesIn, l.BytesOut = st.inSize+st.up.moved+st.unforwarded(), st.outSize+st.down.moved
	if st.relay.Client != nil {
		l.BytesIn += int64(st.relay.ToServer.Bytes())
		l.BytesOut += int64(st.relay.ToClient.Bytes())
	}
}

// complete computes the times and sizes of the log record.
func (st *stream) complete() {
	l := &st.Log
	s := st.session
	now := st.now()
	st.measureBytes()
	l.Handshake = s.handshake
	ms := func(from, to int64) time.Duration {
		if from == 0 || to == 0 {
			return -1
		}
		// The clocks of two loops, where a connection has moved, are a tick apart.
		return time.Duration(max(to-from, 0)) * time.Millisecond
	}
	if st.http {
		l.Idle = 0
		if st.requestTick != 0 {
			l.Idle = ms(st.startTick, st.requestTick)
		}
		l.RequestTime = ms(st.requestTick, st.headTick)
	}
	from := st.headTick
	if from == 0 {
		from = st.requestTick
	}
	l.QueueTime = ms(from, st.queueTick)
	l.ConnectTime = ms(st.queueTick, st.connectTick)
	l.ResponseTime = ms(st.connectTick, st.responseTick)
	if from = st.requestTick; from == 0 {
		from = now
	}
	l.DataTime = ms(from, now)
	l.Total = ms(st.startTick, now)
}

// log writes the stream's line, unless the options say that such a stream is
// not worth one.
func (st *stream) log() {
	fe := st.Frontend
	st.logged = true
	if fe.Logger == nil || fe.LogFormat == nil && len(fe.Profiled) == 0 {
		return
	}
	if !st.http && st.Log.BytesIn == 0 && fe.Is(core.OptDontLogNull) {
		return
	}
	bad := st.Log.Cause != 0 && st.Log.Cause != byLocal || st.Log.Retries > 0 || st.Log.Redispatched || st.Log.Status >= 500
	if fe.Is(core.OptDontLogNormal) && !bad {
		return
	}
	level := logs.Info
	if fe.Is(core.OptLogSeparateErrors) && bad {
		level = logs.Err
	}
	if st.LogLevel != 0 {
		if st.LogLevel == core.LogSilent {
			return
		}
		level = logs.Level(st.LogLevel - 1)
	}
	if len(fe.Profiled) > 0 {
		st.logProfiled(level, st.http && !st.RequestParsed)
		if fe.LogFormat == nil {
			return
		}
	}
	if fe.ErrorLogFormat != nil && st.http && !st.RequestParsed && !st.Session.HTTP2 {
		st.line = fe.ErrorLogFormat.Append(st.line[:0], &st.Stream)
		fe.Logger.Log(level, st.line)
		fe.State.Logged.Add(1)
		return
	}
	st.line = fe.LogFormat.Append(st.line[:0], &st.Stream)
	var data []byte
	if fe.LogFormatSD != nil {
		data = st.Text(fe.LogFormatSD)
	}
	fe.Logger.LogSD(level, data, st.line)
	fe.State.Logged.Add(1)
}

// logProfiled writes the line for the targets that have a profile.
func (st *stream) logProfiled(level logs.Level, failed bool) {
	fe := st.Frontend
	for i := range fe.Profiled {
		p := &fe.Profiled[i]
		format, sd := fe.LogFormat, fe.LogFormatSD
		if failed && fe.ErrorLogFormat != nil {
			format, sd = fe.ErrorLogFormat, nil
		}
		if step := p.Profile.At(failed); step != nil {
			if step.Drop {
				continue
			}
			if step.Format != nil {
				format = step.Format
			}
			if step.SD != nil {
				sd = step.SD
			}
		}
		if format == nil {
			continue
		}
		st.line = format.Append(st.line[:0], &st.Stream)
		var data []byte
		if sd != nil {
			data = st.Text(sd)
		}
		p.LogSD(level, data, st.line)
	}
}

// logConnect writes the line of proxies without a log format (8.2.1). It comes
// as soon as the client is known, or with HTTP where its request goes.
func (st *stream) logConnect() {
	fe := st.Frontend
	if fe.Logger == nil || fe.LogFormat != nil {
		return
	}
	b := append(st.line[:0], "Connect from "...)
	b = appendAddr(b, st.Session.Src)
	b = append(b, " to "...)
	b = appendAddr(b, st.Session.Dst)
	b = append(append(b, " ("...), fe.Name...)
	if st.http {
		b = append(b, "/HTTP)"...)
	} else {
		b = append(b, "/TCP)"...)
	}
	st.line = b
	fe.Logger.Log(logs.Info, b)
}

// appendAddr appends an address and its port as logs have them.
func appendAddr(b []byte, a netip.AddrPort) []byte {
	if !a.IsValid() {
		return append(b, "unix:1"...)
	}
	b = a.Addr().Unmap().AppendTo(b)
	return strconv.AppendUint(append(b, ':'), uint64(a.Port()), 10)
}

// logEarly writes the line before the data, for "option logasap".
func (st *stream) logEarly() {
	st.measureLoad(0)
	st.complete()
	st.Log.ASAP = true
	st.log()
	st.Log.ASAP = false
}
