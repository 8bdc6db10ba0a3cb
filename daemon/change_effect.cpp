#include "daemon/change_effect.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "daemon/translate.hpp"

namespace dx::daemon {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPrefixesAtOnce = 256;
constexpr std::chrono::milliseconds kSlice{5};
constexpr std::string_view kEnds = "prefix-limit in is exceeded: the session ends";

bool stays_the_same(const config::Neighbor& before, const config::Neighbor& now) {
    return !now.shutdown.active && before.address == now.address &&
           before.interface == now.interface && before.remote_as == now.remote_as;
}

std::string text_of(const bgp::NeighborEffect::Counts& counts, const std::string_view (&words)[3]) {
    std::string text;
    const std::size_t numbers[] = {counts.fewer, counts.more, counts.changed};
    for (std::size_t i = 0; i < std::size(numbers); ++i)
        if (numbers[i])
            text += (text.empty() ? "" : ", ") + std::string(words[i]) + " " +
                    std::to_string(numbers[i]);
    return text;
}

}  // namespace

bgp::Proposal proposal(const config::Config& now, bgp::AsNumber asn_in_force,
                       const NeighborTable& neighbors, std::vector<bgp::LocalRoute> own) {
    bgp::Proposal proposal;
    proposal.local = std::move(own);
    for (const auto& neighbor : neighbors.all()) {
        const auto found =
            std::ranges::find(now.neighbors, neighbor->config.name, &config::Neighbor::name);
        if (found == now.neighbors.end() || now.router.asn != asn_in_force ||
            !stays_the_same(neighbor->config, *found))
            proposal.gone.insert(neighbor->id);
        else
            proposal.settings[neighbor->id] = rib_settings(now, *found, *neighbor);
    }
    return proposal;
}

std::string to_string(const EffectOnNeighbor& effect) {
    auto text = text_of(effect.effect.out, {"withdraws", "announces", "changes"});
    const auto in = text_of(effect.effect.in, {"rejects", "accepts", "takes in otherwise"});
    if (!effect.effect.certain && text.empty()) text = "nothing";
    if (!effect.effect.certain) text += " (unless aggregates come or go on the way)";
    if (!text.empty() && !in.empty()) text += "; ";
    text += in;
    if (effect.effect.ends) text += (text.empty() ? "" : "; ") + std::string(kEnds);
    return text;
}

struct ChangeEffects::Run {
    bgp::ChangeEffect effect;
    const bgp::Rib* rib;  // never followed: the one that it was begun with
    Answer answer;
    bool done = false;
};

void ChangeEffects::predict(bgp::Proposal proposal, Answer answer) {
    const auto run = std::make_shared<Run>(
        Run{bgp::ChangeEffect(std::move(proposal)), rib_.get(), std::move(answer)});
    runs_.push_back(run);
    go_on(run);
}

void ChangeEffects::forget_rib() {
    for (const auto& run : runs_)
        run->rib = nullptr;
}

void ChangeEffects::go_on(const std::shared_ptr<Run>& run) {
    boost::asio::post(io_, [this, weak = std::weak_ptr(run)] {
        const auto next = weak.lock();
        if (!next) return;
        slice(*next);
        if (!next->done) return go_on(next);
        std::erase(runs_, next);
        if (next->rib == nullptr || rib_.get() != next->rib) return next->answer(std::nullopt);
        next->answer(by_neighbor(next->effect));
    });
}

void ChangeEffects::slice(Run& run) {
    run.done = true;
    if (run.rib == nullptr || rib_.get() != run.rib) return;
    const auto end = Clock::now() + kSlice;
    while (rib_->predict(run.effect, kPrefixesAtOnce))
        if (Clock::now() >= end) {
            run.done = false;
            return;
        }
}

std::vector<EffectOnNeighbor> ChangeEffects::by_neighbor(const bgp::ChangeEffect& effect) const {
    std::vector<EffectOnNeighbor> all;
    for (const auto& neighbor : neighbors_.all())
        for (const auto family : bgp::kFamilies) {
            const auto& one = effect.of(neighbor->id, family);
            if (one != bgp::NeighborEffect()) all.push_back({neighbor->config.name, family, one});
        }
    return all;
}

}  // namespace dx::daemon
