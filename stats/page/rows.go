package page

import (
	"fmt"
	"strconv"

	"gohap/stats"
)

// cells renders the values of a row.
func (v *View) cells(r *stats.Row, p *stats.Proxy) (c cells) {
	c[sessCur], c[sessMax], c[sessTotal] = num(r.SessionsCur), num(r.SessionsMax), num(r.Sessions)
	c[bytesIn], c[bytesOut] = num(r.BytesIn), num(r.BytesOut)
	c[deniedReq], c[deniedResp] = num(r.DeniedRequests), num(r.DeniedResponses)
	switch r.Kind {
	case stats.KindFrontend:
		frontend(&c, r)
	case stats.KindListener:
		c[sessLimit], c[errReq], c[srvStatus] = num(r.SessionLimit), num(r.RequestErrors), escape(r.Status)
	case stats.KindServer:
		server(&c, r)
	case stats.KindBackend:
		backend(&c, r, p)
	}
	if v.Settings.ShowModules {
		c[modules] = modulesTip(r)
	}
	return c
}

func frontend(c *cells, r *stats.Row) {
	web := r.Mode == "http"
	cur := []line{{"Current connection rate:", num(r.ConnRate) + "/s", ""}, {"Current session rate:", num(r.SessRate) + "/s", ""}}
	top := []line{{"Max connection rate:", num(r.ConnRateMax) + "/s", ""}, {"Max session rate:", num(r.SessRateMax) + "/s", ""}}
	total := []line{{"Cum. connections:", num(r.Connections), ""}, {"Cum. sessions:", num(r.Sessions), ""}}
	if web {
		cur = append(cur, line{"Current request rate:", num(r.RequestRate) + "/s", ""})
		top = append(top, line{"Max request rate:", num(r.RequestRateMax) + "/s", ""})
		total = append(total, line{"Cum. HTTP requests:", num(r.Requests), ""})
		total = append(total, responses(r, true)...)
		total = append(total, line{"Intercepted requests:", num(r.Intercepted), ""})
		total = append(total, cache(r)...)
		total = append(total, failures(r)...)
	}
	c[rateCur], c[rateMax], c[rateLimit] = tip(num(r.SessRate), cur), tip(num(r.SessRateMax), top), limit(r.RateLimit)
	c[sessLimit], c[sessTotal] = num(r.SessionLimit), tip(num(r.Sessions), total)
	c[bytesOut] = compression(r)
	c[errReq], c[srvStatus] = num(r.RequestErrors), escape(r.Status)
}

// relay fills what servers and backends have in common.
func relay(c *cells, r *stats.Row) {
	c[queueCur], c[queueMax] = num(r.QueueCur), num(r.QueueMax)
	c[rateCur], c[rateMax] = num(r.SessRate), num(r.SessRateMax)
	c[sessLbTot], c[sessLast] = num(r.Balanced), "?"
	if r.LastSession >= 0 {
		c[sessLast] = span(uint64(r.LastSession))
	}
	c[errConn], c[warnRetr], c[warnRedis] = num(r.ConnectionErrors), num(r.Retries), num(r.Redispatches)
	c[errResp] = note(num(r.ResponseErrors), fmt.Sprintf("Connection resets during transfers: %d client, %d server", r.ClientAborts, r.ServerAborts))
	c[srvWeight] = num(r.Weight) + "/" + num(r.UserWeight)
}

func server(c *cells, r *stats.Row) {
	relay(c, r)
	c[deniedReq] = ""
	c[queueLimit], c[sessLimit] = limit(r.QueueLimit), limit(r.SessionLimit)
	idleLimit := "-"
	if r.HasIdleLimit {
		idleLimit = num(r.IdleLimit)
	}
	idle := r.IdleSafe + r.IdleUnsafe
	c[sessCur] = tip(num(r.SessionsCur), []line{
		{"Current active connections:", num(r.SessionsCur), ""},
		{"Current used connections:", num(r.ConnsUsed), ""},
		{"Current idle connections:", num(idle), ""},
		{"- unsafe:", num(r.IdleUnsafe), ""},
		{"- safe:", num(r.IdleSafe), ""},
		{"Estimated need of connections:", num(r.ConnsNeeded), ""},
		{"Active connections limit:", limit(r.SessionLimit), ""},
		{"Idle connections limit:", idleLimit, ""},
	})
	total := []line{{"Cum. sessions:", num(r.Sessions), ""}}
	if r.Mode == "http" {
		total = append(total, connections(r)...)
		total = append(total, responses(r, false)...)
		total = append(total, failures(r)...)
	}
	c[sessTotal] = tip(num(r.Sessions), append(total, times(r)...))

	c[srvStatus] = status(r)
	c[srvActive], c[srvBackup] = yes(r.Active), yes(r.Backup)
	c[srvThrottle] = "-"
	if r.Throttle > 0 {
		c[srvThrottle] = strconv.FormatUint(r.Throttle, 10) + "&nbsp;%"
	}
	switch {
	case r.Tracked != "":
		c[srvChkFail] = `<a href="#` + escape(r.Tracked) + `">via ` + escape(r.Tracked) + "</a>"
	case r.Check.Configured:
		c[srvLastChk] = lastCheck(r)
		fails, text := num(r.FailedChecks), "Failed Health Checks"
		if r.Observe {
			fails, text = fails+"/"+num(r.ObservedErrors), text+"/Health Analyses"
		}
		c[srvChkFail], c[srvDowns], c[srvDowntime] = note(fails, text), num(r.Downs), span(r.Downtime)
	}
}

func backend(c *cells, r *stats.Row, p *stats.Proxy) {
	relay(c, r)
	c[sessLimit] = num(r.SessionLimit)
	total := []line{{"Cum. sessions:", num(r.Sessions), ""}}
	if r.Mode == "http" {
		total = append(total, connections(r)...)
		total = append(total, responses(r, true)...)
		total = append(total, cache(r)...)
		total = append(total, failures(r)...)
	}
	total = append(total, times(r)...)
	c[sessTotal] = tip(num(r.Sessions), append(total, latency(&p.Latency)...))
	c[bytesOut] = compression(r)
	c[srvStatus] = status(r)
	c[srvActive], c[srvBackup] = num(r.Active), num(r.Backup)
	c[srvDowns], c[srvDowntime] = num(r.Downs), span(r.Downtime)
}

func yes(n uint64) string {
	if n > 0 {
		return "Y"
	}
	return "-"
}

// status renders how long the row has been in its state, and the state.
func status(r *stats.Row) string {
	s := escape(r.Status)
	switch r.State() {
	case stats.StateNoCheck:
		return "<em>" + s + "</em>"
	case stats.StateGoingDown:
		s += " &darr;"
	case stats.StateGoingUp:
		s += " &uarr;"
	case stats.StateDown:
		s = "<strong>" + s + "</strong>"
	}
	return span(r.LastChange) + " " + s
}

// lastCheck renders the latest result of the health check, with its details and
// those of the agent check behind it.
func lastCheck(r *stats.Row) string {
	if r.Check.Paused || r.Check.Status == "" {
		return ""
	}
	lines := []line{checkLine("Health check:", &r.Check)}
	if r.Agent.Configured && !r.Agent.Paused && r.Agent.Status != "" {
		lines = append(lines, line{"Agent check:", result(&r.Agent), ""}, checkLine("", &r.Agent))
	}
	return tip(result(&r.Check), lines)
}

func result(c *stats.Check) string {
	s := escape(c.Status)
	if c.HasCode && c.Code > 0 {
		s += "/" + strconv.Itoa(c.Code)
	}
	if c.Duration >= 0 {
		s += " in " + strconv.FormatInt(c.Duration, 10) + "ms"
	}
	return s
}

func checkLine(label string, c *stats.Check) line {
	text := escape(c.Desc)
	if c.Last != "" {
		text += ": " + escape(c.Last)
	}
	return line{label, text, ""}
}
