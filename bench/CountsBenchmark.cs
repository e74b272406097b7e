using BenchmarkDotNet.Attributes;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Bench;

/// <summary>One update: the histogram of M groups of G at p = 0.3. The goal: at M = 10^9 at most 1.5 times the time at 10^5.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class CountsBenchmark
{
    private readonly RareProbability _q = RareProbability.Round(0.3);
    private CountsSampler _sampler = new(InstructionSet.Scalar);
    private long[] _histogram = [];
    private long _replicate;

    [Params(16, 64)]
    public int G { get; set; }

    [Params(64, 256, 65_536, 100_000, 1_000_000_000)]
    public long M { get; set; }

    [ParamsSource(nameof(Widths))]
    public string Width { get; set; } = "";

    public static IEnumerable<string> Widths => InstructionSets.Available.Select(isa => isa.ToString());

    [GlobalSetup]
    public void SetUp()
    {
        _sampler = new CountsSampler(Enum.Parse<InstructionSet>(Width));
        _histogram = new long[G + 1];
    }

    // Another address each time: a branch predictor learns a small update by heart.
    [Benchmark]
    public void Sample() =>
        _sampler.Sample(new StreamKey(1, 2), new StreamAddress(_replicate++, 0, 0, StreamPurpose.Counts), _q, G, M, _histogram);
}
