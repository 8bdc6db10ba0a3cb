#include "daemon/config/render.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/config/diff.hpp"
#include "tests/unit/daemon/config/loading.hpp"

namespace dx::config {
namespace {

// Loaded again with the keys put back where `<hidden>` stands.
Config again(std::string text, std::string_view key) {
    for (auto at = text.find("<hidden>"); at != text.npos; at = text.find("<hidden>"))
        text.replace(at, 8, key);
    return loaded(text);
}

}  // namespace

TEST_CASE("what differs from the defaults is written, keys hidden") {
    const auto config = loaded(R"(
router: {asn: 1.10, listen: {port: 179}}
networks: [10.0.0.0/16, {prefix: 10.1.0.0/16, when: route}]
neighbors:
  - name: dx
    address: 192.168.1.1
    remote-as: 64512
    password: very secret key
    profile: aws-private
    preference: high
    timers: {hold: 90s, connect-retry: 3s}
    bfd: {interval: 400ms}
    prefix-limit: {in: {max: 50, action: restart}, out: {ipv4: 5, ipv6: {max: 100, aggregate: "2001:db8::/32"}}}
    import: accept-all
    export: to-aws
policies:
  to-aws:
    - match: {prefix: site, community: {all: ["65000:1"]}}
      set: {community: {add: [no-export]}, as-path-prepend: 2, med: -5}
    - then: accept
prefix-sets: {site: [10.0.0.0/16 le 24]}
static-routes: [{prefix: 10.1.0.0/16, via: 192.168.1.1, track: {misses: 5}}]
fib: {maximum-paths: 2, on-stop: remove}
log: {level: info}
)");
    CHECK(render(config) == R"(router:
  asn: 65546
prefix-sets:
  site: [10.0.0.0/16 le 24]
policies:
  to-aws:
    - match:
        prefix: site
        community:
          all: ["65000:1"]
      set:
        med: -5
        as-path-prepend: [65546, 65546]
        community:
          add: [no-export]
    - then: accept
networks:
  - 10.0.0.0/16
  - prefix: 10.1.0.0/16
    when: route
neighbors:
  - name: dx
    address: 192.168.1.1
    remote-as: 64512
    password: <hidden>
    profile: aws-private
    preference: high
    timers:
      connect-retry: 3s
    bfd:
      interval: 400ms
      multiplier: 3
    prefix-limit:
      in:
        max: 50
        action: restart
      out:
        ipv4: 5
        ipv6:
          max: 100
          aggregate: ["2001:db8::/32"]
    import: accept-all
    export: to-aws
static-routes:
  - prefix: 10.1.0.0/16
    via: 192.168.1.1
    track:
      misses: 5
fib:
  maximum-paths: 2
)");
}

TEST_CASE("what is written loads again as the same configuration") {
    for (const auto& entry : std::filesystem::directory_iterator("conf")) {
        if (entry.path().extension() != ".yaml") continue;
        INFO(entry.path());
        std::ifstream file(entry.path());
        const auto config = loaded(std::string(std::istreambuf_iterator<char>(file), {}));
        auto read_back = again(render(config), "the-same-key");
        for (std::size_t i = 0; i < read_back.neighbors.size(); ++i)
            if (read_back.neighbors[i].password)
                read_back.neighbors[i].password = config.neighbors.at(i).password;
        for (std::size_t i = 0; i < read_back.hooks.size(); ++i)
            if (read_back.hooks[i].webhook) read_back.hooks[i].webhook = config.hooks.at(i).webhook;
        const auto changes = diff(config, read_back);
        for (const auto& change : changes)
            UNSCOPED_INFO(change.key);
        CHECK(changes.empty());
    }
}

TEST_CASE("a value that equals the general BFD default but not the neighbor's is written") {
    const auto config = loaded(
        "router: {asn: 65000}\nbfd: {interval: 500ms}\nneighbors:\n"
        "  - {address: 192.0.2.1, remote-as: 64512, profile: aws-vpn, bfd: {interval: 300ms}, "
        "import: accept-all, export: accept-all}\n"
        "  - {address: 192.0.2.2, remote-as: 64512, profile: aws-private, password: abcdef, bfd: "
        "false, prefix-limit: {in: none}, import: accept-all, export: accept-all}\n");
    CHECK(diff(config, again(render(config), "abcdef")).empty());
}

TEST_CASE("what comes after the host of a webhook is not written, and not taken back") {
    const auto text = render(loaded(R"(
router: {asn: 65000}
hooks:
  - {on: failover, webhook: "http://127.0.0.1:8080/services/T01/B02/token?key=hunter2"}
  - {on: failover, webhook: "http://[::1]:8080/?token=hunter2"}
  - {on: failover, webhook: "http://127.0.0.1:8080"}
)"));
    CHECK(text.find("http://127.0.0.1:8080/<hidden>") != std::string::npos);
    CHECK(text.find("http://[::1]:8080/<hidden>") != std::string::npos);
    CHECK(text.find("\"http://127.0.0.1:8080\"\n") != std::string::npos);
    for (const auto* secret : {"T01", "token", "hunter2"})
        CHECK(text.find(secret) == std::string::npos);
    CHECK(load_text(text).has_errors());
}

TEST_CASE("a key file is written by its name") {
    const auto config =
        loaded(with_neighbor("    address: 192.0.2.1\n    remote-as: 1\n    password-file: /k\n"),
               {{"/k", "hunter2"}});
    const auto text = render(config);
    CHECK(text.find("password-file: /k") != std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
    CHECK(text.find("<hidden>") == std::string::npos);
}

}  // namespace dx::config
