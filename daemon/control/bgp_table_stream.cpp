#include "daemon/control/bgp_table_stream.hpp"

#include <utility>
#include <vector>

#include "daemon/control/slice.hpp"

namespace dx::control {
namespace {

class BgpTableStream : public BodyStream {
public:
    BgpTableStream(std::unique_ptr<BgpWalk> walk, BgpTableFormat format)
        : walk_(std::move(walk)), format_(std::move(format)) {}

    void next(Answer answer) override {
        std::string piece;
        const bool more =
            fill_piece(*walk_, batch_, piece, [&](const auto& route) { write_row(route, piece); });
        if (!more) piece += format_.tail(routes_, rejected_);
        answer(std::move(piece), more);
    }

private:
    void write_row(const BgpRouteView& route, std::string& piece) {
        if (routes_++ != 0) piece += ',';
        for (const auto& path : route.paths)
            rejected_ += path.rejected_by.empty() ? 0 : 1;
        JsonWriter json(piece);
        json.key(route.prefix.to_string());
        format_.row(route, json);
        piece += '\n';
    }

    std::unique_ptr<BgpWalk> walk_;
    BgpTableFormat format_;
    std::vector<BgpRouteView> batch_;
    std::uint64_t routes_ = 0;
    std::uint64_t rejected_ = 0;
};

}  // namespace

Reply bgp_table_reply(std::string head, std::unique_ptr<BgpWalk> walk, BgpTableFormat format) {
    Reply reply;
    reply.body = std::move(head);
    reply.stream = std::make_unique<BgpTableStream>(std::move(walk), std::move(format));
    return reply;
}

}  // namespace dx::control
