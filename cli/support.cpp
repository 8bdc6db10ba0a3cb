// `support`: one archive of what somebody needs who was not there: what the daemon shows, what
// happened, what the host is. Each piece is what a command prints, bounded in time and size, so
// that nothing that hangs holds up the rest. Without secrets: the API hides them, and no other
// command here prints any.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <fmt/chrono.h>
#include <fmt/ranges.h>

#include "cli/archive.hpp"
#include "cli/command.hpp"
#include "cli/fields.hpp"

namespace dx::cli {
namespace {

constexpr std::size_t kLargest = std::size_t{8} << 20;  // of one piece

struct Piece {
    std::string_view file;
    std::string_view command;
    int may_exit_with = 0;  // besides 0: that something was found, say
};

// `dxctl` is this program; the shows are asked for as text and as JSON.
constexpr std::array kShows{
    Piece{"version", "show version"},
    Piece{"running-config", "show running-config"},
    Piece{"summary", "show bgp summary"},
    Piece{"neighbors", "show bgp neighbors"},
    Piece{"bgp-ipv4", "show bgp ipv4"},
    Piece{"bgp-ipv6", "show bgp ipv6"},
    Piece{"route-ipv4", "show ip route"},
    Piece{"route-ipv6", "show ipv6 route"},
    Piece{"bfd-peers", "show bfd peers"},
    Piece{"interfaces", "show interface"},
    Piece{"failover-test", "show failover-test"},
    Piece{"doctor", "doctor", 1},
};

constexpr std::array kHost{
    Piece{"uname", "uname -a"},
    Piece{"os-release", "cat /etc/os-release"},
    Piece{"uptime", "uptime"},
    Piece{"memory", "cat /proc/meminfo"},
    Piece{"disk", "df -h"},
    Piece{"ip-link", "ip -d -s link"},
    Piece{"ip-address", "ip -d address"},
    Piece{"ip-rule", "ip rule; ip -6 rule"},
    Piece{"ip-route", "ip -d route show table all"},
    Piece{"ip6-route", "ip -6 -d route show table all"},
    Piece{"ip-nexthop", "ip -d nexthop"},
    Piece{"ip-neighbor", "ip -s neighbor"},
    // Keys of TCP Fast Open and stable addresses are among them.
    Piece{"sysctl", "sysctl -a -r '^net\\.(core|ipv4|ipv6)\\.' | grep -v -i -e key -e secret"},
    // Without -i: that shows the keys of TCP MD5.
    Piece{"sockets", "ss -tanpo '( sport = :179 or dport = :179 )'; ss -uanp"},
    Piece{"nft", "nft list ruleset"},
    Piece{"unit", "systemctl status --no-pager dxrouted"},
    Piece{"log", "journalctl --no-pager -u dxrouted -n 2000"},
};

struct Printed {
    std::string text;
    std::string trouble;  // why it is not all; empty: it is
};

std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + '\'';
}

Printed printed_by(const std::string& command, int may_exit_with) {
    Printed printed;
    const auto bounded = "timeout -k 2 20 sh -c " + shell_quoted(command) + " 2>&1 </dev/null";
    std::FILE* const pipe = ::popen(bounded.c_str(), "re");
    if (pipe == nullptr) return {{}, "no process could be made"};
    std::array<char, 65536> bytes;
    std::size_t size = 0;
    while (printed.text.size() < kLargest &&
           (size = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0)
        printed.text.append(bytes.data(), size);
    const int status = ::pclose(pipe);
    constexpr int kTimedOut = 124;
    if (printed.text.size() >= kLargest)
        printed.trouble = fmt::format("cut at {} bytes", printed.text.size());
    else if (WIFEXITED(status) && WEXITSTATUS(status) == kTimedOut)
        printed.trouble = "not done after 20 s";
    else if (!WIFEXITED(status) ||
             (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != may_exit_with))
        printed.trouble = fmt::format("exit code {}", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return printed;
}

class Gatherer {
public:
    explicit Gatherer(Archive& archive) : archive_(archive) {}

    void dxctl(std::string_view file, std::string_view command, int may_exit_with = 0) {
        const auto ours = fmt::format("/proc/{}/exe", ::getpid());
        add(fmt::format("dxrouted/{}.txt", file),
            fmt::format("{} -c {}", ours, shell_quoted(command)), command, may_exit_with);
        add(fmt::format("dxrouted/{}.json", file),
            fmt::format("{} --json -c {}", ours, shell_quoted(command)), command, may_exit_with);
    }

    void host(const Piece& piece) {
        add(fmt::format("host/{}.txt", piece.file), std::string(piece.command), piece.command);
    }

    void finish() {
        archive_.add("missing.txt", missing_.empty()
                                        ? "nothing\n"
                                        : fmt::format("{}\n", fmt::join(missing_, "\n")));
        archive_.finish();
    }

    std::size_t pieces() const { return pieces_; }

    const std::vector<std::string>& missing() const { return missing_; }

private:
    void add(const std::string& file, const std::string& command, std::string_view shown,
             int may_exit_with = 0) {
        const auto printed = printed_by(command, may_exit_with);
        archive_.add(file, printed.text);
        ++pieces_;
        if (!printed.trouble.empty())
            missing_.push_back(fmt::format("{}: {}: {}", file, shown, printed.trouble));
    }

    Archive& archive_;
    std::size_t pieces_ = 0;
    std::vector<std::string> missing_;
};

struct Neighbors {
    std::vector<std::string> labels;
    std::string why_not;  // known: the daemon does not answer
};

Neighbors ask_neighbors(Client& client) {
    Neighbors neighbors;
    try {
        for (const auto& [label, neighbor] : parse_object(client.get("/v1/bgp/neighbors")))
            neighbors.labels.emplace_back(label);
    } catch (const Interrupted&) {
        throw;
    } catch (const Failure& failure) {
        neighbors.why_not = failure.what();
    }
    return neighbors;
}

std::string default_file() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return fmt::format("dxrouted-support-{:%Y%m%d-%H%M%S}.tar.gz", local);
}

std::string safe_name(std::string_view label) {
    std::string name(label);
    for (auto& c : name)
        if (c == '/' || c == '%') c = '_';
    return name;
}

void tell(const Gatherer& gatherer, const std::string& file, Invocation& call) {
    if (call.json)
        return call.out.print(
            "{}\n", boost::json::serialize(
                        Object{{"schema", 1},
                               {"file", file},
                               {"files", gatherer.pieces()},
                               {"missing", boost::json::value_from(gatherer.missing())}}));
    call.out.print("{}: {} files, without secrets\n", file, gatherer.pieces());
    if (!gatherer.missing().empty())
        call.out.print("Not or not all gathered (missing.txt):\n{}\n",
                       fmt::join(gatherer.missing(), "\n"));
}

}  // namespace

void support(Invocation& call) {
    const auto file = call.argument().empty() ? default_file() : std::string(call.argument());
    Archive archive(file);
    Gatherer gatherer(archive);
    for (const auto& show : kShows)
        gatherer.dxctl(show.file, show.command, show.may_exit_with);
    const auto neighbors = ask_neighbors(call.client);
    for (const auto& label : neighbors.labels) {
        const auto name = safe_name(label);
        gatherer.dxctl("history-" + name, fmt::format("show bgp neighbors {} history 1000", label));
        gatherer.dxctl("why-down-" + name, fmt::format("why down {}", label));
        for (const auto* const table : {"received-routes", "advertised-routes", "held-back-routes"})
            gatherer.dxctl(fmt::format("{}-{}", table, name),
                           fmt::format("show bgp neighbors {} {}", label, table));
    }
    for (const auto& piece : kHost)
        gatherer.host(piece);
    gatherer.finish();
    tell(gatherer, file, call);
    if (!neighbors.why_not.empty())
        throw Failure(fmt::format("only the host's part is in {}: {}", file, neighbors.why_not));
}

}  // namespace dx::cli
