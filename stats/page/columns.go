package page

// The columns of a proxy's table, after the name.
const (
	queueCur = iota
	queueMax
	queueLimit
	rateCur
	rateMax
	rateLimit
	sessCur
	sessMax
	sessLimit
	sessTotal
	sessLbTot
	sessLast
	bytesIn
	bytesOut
	deniedReq
	deniedResp
	errReq
	errConn
	errResp
	warnRetr
	warnRedis
	srvStatus
	srvLastChk
	srvWeight
	srvActive
	srvBackup
	srvChkFail
	srvDowns
	srvDowntime
	srvThrottle
	modules
	columns
)

// groups are the columns' headings.
var groups = []struct {
	name  string
	first int
	names []string
}{
	{"Queue", queueCur, []string{"Cur", "Max", "Limit"}},
	{"Session rate", rateCur, []string{"Cur", "Max", "Limit"}},
	{"Sessions", sessCur, []string{"Cur", "Max", "Limit", "Total", "LbTot", "Last"}},
	{"Bytes", bytesIn, []string{"In", "Out"}},
	{"Denied", deniedReq, []string{"Req", "Resp"}},
	{"Errors", errReq, []string{"Req", "Conn", "Resp"}},
	{"Warnings", warnRetr, []string{"Retr", "Redis"}},
	{"Server", srvStatus, []string{"Status", "LastChk", "Wght", "Act", "Bck", "Chk", "Dwn", "Dwntme", "Thrtle"}},
	{"Extra modules", modules, []string{""}},
}

// opensGroup tells the columns that begin a group.
var opensGroup = func() (is [columns]bool) {
	for _, g := range groups {
		is[g.first] = true
	}
	return is
}()

// cells are a row's values as markup; the zero value is all empty.
type cells [columns]string
