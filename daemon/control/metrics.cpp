// GET /metrics: asks every part for its view, one after the other, and says it all at once.
#include "daemon/control/metrics.hpp"

#include <array>
#include <memory>
#include <utility>

#include "daemon/control/handlers.hpp"

namespace dx::control {
namespace {

class MetricsStream : public BodyStream {
public:
    explicit MetricsStream(const RouterQueries& queries) : queries_(queries) {}

    void next(Answer answer) override {
        const auto scrape = std::make_shared<Scrape>();
        scrape->version = queries_.version();
        scrape->bgp = queries_.bgp();
        scrape->neighbors = queries_.neighbors();
        scrape->health = queries_.health();
        ask_fib(scrape, std::move(answer));
    }

private:
    using Filled = std::shared_ptr<Scrape>;

    // The client, and this with it, may be gone when an answer comes; the queries are not.
    void ask_fib(const Filled& scrape, Answer answer) const {
        queries_.fib([&queries = queries_, scrape, answer = std::move(answer)](FibView fib) {
            scrape->fib = std::move(fib);
            ask_bfd(queries, scrape, answer);
        });
    }

    static void ask_bfd(const RouterQueries& queries, const Filled& scrape, const Answer& answer) {
        queries.bfd_peers([&queries, scrape, answer](std::vector<BfdPeerView> peers) {
            scrape->bfd_peers = std::move(peers);
            ask_threads(queries, scrape, answer);
        });
    }

    static void ask_threads(const RouterQueries& queries, const Filled& scrape,
                            const Answer& answer) {
        queries.threads([scrape, answer](std::vector<ThreadView> threads) {
            scrape->threads = std::move(threads);
            answer(exposition(metric_families(*scrape)), false);
        });
    }

    const RouterQueries& queries_;
};

}  // namespace

std::string_view to_string(MetricType type) {
    static constexpr std::array<std::string_view, 3> kNames{"gauge", "counter", "histogram"};
    return kNames[static_cast<std::size_t>(type)];
}

std::vector<MetricFamily> metric_families(const Scrape& scrape) {
    std::vector<MetricFamily> families;
    append_neighbor_metrics(scrape, families);
    append_bfd_metrics(scrape, families);
    append_gateway_metrics(scrape, families);
    append_table_metrics(scrape, families);
    append_daemon_metrics(scrape, families);
    return families;
}

Reply get_metrics(const Call& call) {
    Reply reply;
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.stream = std::make_unique<MetricsStream>(call.queries);
    return reply;
}

}  // namespace dx::control
