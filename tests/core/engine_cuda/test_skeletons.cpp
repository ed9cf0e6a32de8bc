// The kernels that run reductions and maps on the GPU, a block's 256 threads as threads of the host: every
// row is seen once, and the result is the same bits as the stand-in for a GPU makes, in whatever order the
// blocks run.
#include <QtTest/QtTest>

#include <barrier>
#include <random>
#include <thread>

#include "tests/fake_device/host_launch.h"

// What CUDA adds to the language, for one block at a time.
namespace {
struct Place {
  unsigned int x = 0;
};
thread_local Place threadIdx;
Place blockIdx, gridDim;
std::barrier<> blockBarrier(bypath::gpu::blockThreads);
void __syncthreads() {
  blockBarrier.arrive_and_wait();
}
void __threadfence() {}
uint32_t atomicAdd(uint32_t* counter, uint32_t more) {
  return std::exchange(*counter, *counter + more);
}
uint32_t __ldcg(const uint32_t* word) {
  return *word;
}
}  // namespace
#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(threads)
#define __grid_constant__
#define __shared__ static
#include "core/engines/cuda/plugin/skeletons.cuh"

using namespace bypath;

namespace {

void runBlock(unsigned int block, const std::function<void()>& kernel) {
  blockIdx.x = block;
  std::vector<std::thread> threads;
  for (unsigned int thread = 0; thread < gpu::blockThreads; ++thread)
    threads.emplace_back([&kernel, thread] {
      threadIdx.x = thread;
      kernel();
    });
  for (std::thread& thread : threads) thread.join();
}

// Of each column its sum, and how many rows were seen, from which to which.
struct Sums {
  struct State {
    float sum = 0;
    int32_t rows = 0, first = 0, last = 0;
  };
  const float* x;
  State* results;
  int64_t rows, columns;

  State none() const { return {}; }
  void add(State& state, int64_t segment, int64_t row, int32_t column) const {
    State one{x[(segment * rows + row) * columns + column], 1, static_cast<int32_t>(row),
              static_cast<int32_t>(row)};
    join(state, one);
  }
  void join(State& state, const State& other) const {
    if (other.rows == 0) return;
    if (state.rows == 0) {
      state = other;
      return;
    }
    state = {state.sum + other.sum, state.rows + other.rows, std::min(state.first, other.first),
             std::max(state.last, other.last)};
  }
  void finish(const State& state, int64_t segment, int32_t column) const {
    results[segment * columns + column] = state;
  }
};

struct Count {
  std::atomic<int>* seen;
  void operator()(int64_t i) const { ++seen[i]; }
};

}  // namespace

class TestSkeletons : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void reductionsSeeEveryRowInOrder_data() {
    QTest::addColumn<int>("segments");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("chunks");
    QTest::addRow("one value") << 1 << 1 << 1 << 1;
    QTest::addRow("no rows") << 1 << 0 << 5 << 1;
    QTest::addRow("few rows") << 3 << 7 << 10 << 1;
    QTest::addRow("two chunks") << 2 << 64 << 70 << 2;
    QTest::addRow("one column") << 1 << 20000 << 1 << 19;
    QTest::addRow("tiles and segments") << 2 << 601 << 40 << 18;
    QTest::addRow("more chunks than a block has rows") << 1 << 4300 << 17 << 131;
  }
  void reductionsSeeEveryRowInOrder() {
    QFETCH(int, segments);
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, chunks);
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<float> x(static_cast<size_t>(segments * rows * columns));
    for (float& value : x) value = normal(random);
    const auto count = static_cast<size_t>(segments * columns);
    std::vector<Sums::State> wanted(count, {-1, -1, -1, -1}), got = wanted;
    const Sums onHost{x.data(), wanted.data(), rows, columns}, inThreads{x.data(), got.data(), rows, columns};
    runReduction<Sums>({&onHost, segments, rows, columns});

    const gpu::ReductionCut cut = gpu::cutReduction(segments, rows, columns);
    QCOMPARE(cut.chunks, int64_t{chunks});
    const ReductionSizes sizes{.rows = rows,
                               .columns = columns,
                               .chunkRows = cut.chunkRows,
                               .segments = static_cast<uint32_t>(segments),
                               .tiles = static_cast<uint32_t>(cut.tiles),
                               .chunks = static_cast<uint32_t>(cut.chunks),
                               .width = cut.width};
    std::vector<unsigned int> blocks(static_cast<size_t>(segments * cut.tiles * cut.chunks));
    std::iota(blocks.begin(), blocks.end(), 0u);
    std::vector<std::byte> partials(static_cast<size_t>(gpu::wantedBlocks * 32 * gpu::largestState));
    std::vector<uint32_t> tickets(static_cast<size_t>(gpu::wantedBlocks), 0);
    for (int run = 0; run < 2; ++run) {
      std::shuffle(blocks.begin(), blocks.end(), random);
      for (const unsigned int block : blocks)
        runBlock(block, [&] { reduceRows<Sums>(inThreads, sizes, partials.data(), tickets.data()); });
      for (size_t i = 0; i < count; ++i) {
        QCOMPARE(got[i].rows, rows);
        QCOMPARE(got[i].last, std::max(rows - 1, 0));
        QVERIFY(std::memcmp(&got[i], &wanted[i], sizeof got[i]) == 0);
      }
      QCOMPARE(tickets, std::vector<uint32_t>(tickets.size(), 0));
      got.assign(count, {-1, -1, -1, -1});
    }
  }

  // However wide the cut, its partial states have room.
  void chunksFitTheirMemory() {
    for (const int64_t segments : {1, 2, 7, 100, 527, 528, 529, 100000})
      for (const int64_t columns : {1, 2, 31, 32, 33, 64, 1000, 100000})
        for (const int64_t rows : {0, 1, 127, 128, 4095, 4096, 1000003}) {
          const gpu::ReductionCut cut = gpu::cutReduction(segments, rows, columns);
          if (cut.chunks > 1) QVERIFY(segments * cut.tiles * cut.chunks <= gpu::wantedBlocks);
          QVERIFY(cut.width <= 32 && cut.width * cut.tiles >= columns && cut.chunks * cut.chunkRows >= rows);
          QVERIFY(rows == 0 || (cut.chunks - 1) * cut.chunkRows < rows);
        }
  }

  void mapsSeeEachValueOnce() {
    for (const int64_t count : {1, 255, 256, 257, 1000}) {
      std::vector<std::atomic<int>> seen(1100);
      gridDim.x = 2;  // fewer than there are values: threads go on in strides
      for (unsigned int block = 0; block < gridDim.x; ++block)
        runBlock(block, [&] { mapEach<Count>({seen.data()}, count); });
      for (int64_t i = 0; i < 1100; ++i) QCOMPARE(seen[static_cast<size_t>(i)].load(), i < count ? 1 : 0);
    }
  }
};

QTEST_GUILESS_MAIN(TestSkeletons)
#include "test_skeletons.moc"
