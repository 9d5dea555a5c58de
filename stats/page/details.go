package page

import (
	"fmt"
	"time"

	"gohap/stats"
)

// responses are the HTTP responses by class; with the compressed ones where the
// row counts them, else with their shares.
func responses(r *stats.Row, compressed bool) (l []line) {
	for class, name := range [...]string{1: "- HTTP 1xx responses:", "- HTTP 2xx responses:", "- HTTP 3xx responses:", "- HTTP 4xx responses:", "- HTTP 5xx responses:", "- other responses:"} {
		if class == 0 {
			continue
		}
		n := r.Responses[class%6] // "other" comes last here
		share := ""
		if !compressed {
			share = percent(n, r.Requests)
		}
		l = append(l, line{name, num(n), share})
		if class == 2 && compressed {
			l = append(l, line{"\u00a0\u00a0Compressed 2xx:", num(r.CompResponses), percent(r.CompResponses, n)})
		}
	}
	return l
}

func cache(r *stats.Row) []line {
	return []line{
		{"Cache lookups:", num(r.CacheLookups), ""},
		{"Cache hits:", num(r.CacheHits), percent(r.CacheHits, r.CacheLookups)},
	}
}

func failures(r *stats.Row) []line {
	return []line{
		{"Failed hdr rewrites:", num(r.RewriteErrors), ""},
		{"Internal errors:", num(r.InternalErrors), ""},
	}
}

func connections(r *stats.Row) []line {
	return []line{
		{"New connections:", num(r.Connects), ""},
		{"Reused connections:", num(r.Reuses), percent(r.Reuses, r.Connects+r.Reuses)},
		{"Cum. HTTP requests:", num(r.Requests), ""},
	}
}

func times(r *stats.Row) []line {
	pair := func(top, avg uint64) string { return num(top) + " / " + num(avg) }
	l := []line{
		{"Max / Avg over last 1024 success. conn.", "", ""},
		{"- Queue time:", pair(r.Times.QueueMax, r.Times.Queue), "ms"},
		{"- Connect time:", pair(r.Times.ConnectMax, r.Times.Connect), "ms"},
	}
	if r.Mode == "http" {
		l = append(l, line{"- Responses time:", pair(r.Times.ResponseMax, r.Times.Response), "ms"})
	}
	return append(l, line{"- Total time:", pair(r.Times.TotalMax, r.Times.Total), "ms"})
}

// latency are the quantiles of the total times, where any were recorded.
func latency(l *stats.Latency) []line {
	if l.Count == 0 {
		return nil
	}
	ms := func(d time.Duration) string { return fmt.Sprintf("%.3g", d.Seconds()*1000) }
	return []line{
		{"Total time of " + fmt.Sprint(l.Count) + " streams", "", ""},
		{"- median:", ms(l.P50), "ms"},
		{"- 90 %:", ms(l.P90), "ms"},
		{"- 99 %:", ms(l.P99), "ms"},
		{"- longest:", ms(l.Max), "ms"},
	}
}

// compression renders the bytes sent and what the compressor saved of them.
func compression(r *stats.Row) string {
	in := r.CompIn + r.CompBypassed
	saved := r.CompIn - min(r.CompOut, r.CompIn)
	return tip(num(r.BytesOut), []line{
		{"Response bytes in:", num(r.BytesOut + saved), ""},
		{"Compression in:", num(r.CompIn), percent(r.CompIn, in)},
		{"Compression out:", num(r.CompOut), percent(r.CompOut, r.CompIn)},
		{"Compression bypass:", num(r.CompBypassed), percent(r.CompBypassed, in)},
		{"Total bytes saved:", num(saved), percent(saved, r.BytesOut+saved)},
	})
}

// modulesTip renders what the transport layer and the codecs counted.
func modulesTip(r *stats.Row) string {
	var l []line
	for i := stats.FixedColumns; i < len(stats.Columns); i++ {
		c := &stats.Columns[i]
		if v := c.Value(r, true); v.Present() {
			l = append(l, line{c.Name + ":", num(uint64(v.Number())), ""})
		}
	}
	return tip("ssl, h1, h2", l)
}
