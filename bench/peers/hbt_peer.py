"""hftbacktest as a peer: it answers one line for each command on standard input.

usage: python hbt_peer.py RECORDING.gz

`convert`: its own compiled converter, from the packed recording to its array. `replay`: its array book over
that array, steps of 100 ms, no orders; the backtest is built before the clock starts. Each answer is
{"ns": …, "answer": …}. Compilation happens before the first line, which names the version.
"""
import json
import sys
import time

import hftbacktest
from hftbacktest import BacktestAsset, ROIVectorMarketDepthBacktest
from hftbacktest.data.utils import binancefutures
from numba import njit

STEP = 100_000_000


@njit
def run(hbt):
    while hbt.elapse(STEP) == 0:
        pass
    depth = hbt.depth(0)
    return depth.best_bid_tick, depth.best_ask_tick


def convert(path):
    return binancefutures.convert(path, opt='', buffer_size=2_000_000)


def build(data):
    asset = (BacktestAsset().data(data).linear_asset(1.0)
             .constant_order_latency(10_000_000, 10_000_000).risk_adverse_queue_model()
             .no_partial_fill_exchange().trading_value_fee_model(-0.00005, 0.0007)
             .tick_size(0.1).lot_size(0.001).roi_lb(50_000.0).roi_ub(70_000.0)
             .last_trades_capacity(0))
    return ROIVectorMarketDepthBacktest([asset])


def timed_convert(path, _):
    start = time.perf_counter_ns()
    data = convert(path)
    return time.perf_counter_ns() - start, len(data)


def timed_replay(_, data):
    backtest = build(data)
    start = time.perf_counter_ns()
    best = run(backtest)
    ns = time.perf_counter_ns() - start
    backtest.close()
    return ns, [int(tick) for tick in best]


def main():
    path = sys.argv[1]
    # The converter prints what it corrected: that is not for the one who asked.
    answers, sys.stdout = sys.stdout, sys.stderr
    data = convert(path)
    timed_replay(path, data)
    work = {'convert': timed_convert, 'replay': timed_replay}
    print(json.dumps({'version': hftbacktest.__version__, 'rows': len(data)}), file=answers, flush=True)
    for line in sys.stdin:
        ns, answer = work[line.strip()](path, data)
        print(json.dumps({'ns': ns, 'answer': answer}), file=answers, flush=True)


main()
