#include "libfib/netlink/kernel_writer.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "libfib/netlink/request_codec.hpp"

namespace dx::netlink {

namespace {

constexpr int kBatchesPerTurn = 4;

using Clock = std::chrono::steady_clock;

}  // namespace

KernelWriter::KernelWriter(boost::asio::io_context& context, fib::Fib& fib, std::uint32_t table,
                           Handlers handlers)
    : context_(context),
      fib_(fib),
      table_(table),
      handlers_(std::move(handlers)),
      socket_(context, {[this](const RequestResult& result) { on_result(result); },
                        [this] { wake(); }, [this] { handlers_.on_lost(); }}),
      deadline_(context) {}

void KernelWriter::wake() {
    if (woken_) return;
    woken_ = true;
    boost::asio::post(context_, [this] { turn(); });
}

void KernelWriter::turn() {
    woken_ = false;
    bool more = true;
    for (int batches = 0; more && batches < kBatchesPerTurn; ++batches)
        more = send_batch();
    if (more)
        wake();
    else
        arm_deadline();
    handlers_.after_turn();
}

// False when nothing is left to send, or nothing can be before answers come.
bool KernelWriter::send_batch() {
    now_ = Clock::now();
    requests_.clear();
    if (fib_.take_requests(requests_, socket_.room(), now_) == 0) return false;
    for (const fib::KernelRequest& request : requests_)
        socket_.add(request.id, [&](MessageBatch& batch, std::uint32_t sequence) {
            write_request(batch, sequence, request, table_);
        });
    counts_.requests += requests_.size();
    ++counts_.batches;
    socket_.send();
    handlers_.before_results();
    socket_.read_answers();
    return true;
}

void KernelWriter::on_result(const RequestResult& result) {
    if (result.error != 0) {
        ++counts_.errors;
        explanations_[result.error] = result.text;
    }
    fib_.on_result(static_cast<fib::RequestId>(result.token), result.error, now_);
}

void KernelWriter::arm_deadline() {
    const auto deadline = fib_.next_deadline();
    if (!deadline) {
        deadline_.cancel();
        return;
    }
    deadline_.expires_at(*deadline);
    deadline_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) wake();
    });
}

std::string KernelWriter::explanation(int error) const {
    const auto at = explanations_.find(error);
    return at != explanations_.end() ? at->second : std::string();
}

}  // namespace dx::netlink
