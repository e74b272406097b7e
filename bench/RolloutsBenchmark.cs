using BenchmarkDotNet.Attributes;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Bench;

/// <summary>One update: M groups of G rollouts at p = 0.3, drawn and counted.</summary>
[MemoryDiagnoser(displayGenColumns: false), Throughput("G rollouts/s", 1, nameof(M), nameof(G))]
public class RolloutsBenchmark
{
    private readonly RareProbability _q = RareProbability.Round(0.3);
    private RolloutsSampler _sampler = new(InstructionSet.Scalar);
    private long[] _histogram = [];
    private long _replicate;

    [Params(2, 8, 16, 64)]
    public int G { get; set; }

    [Params(64, 65536)]
    public long M { get; set; }

    [ParamsSource(nameof(Widths))]
    public string Width { get; set; } = "";

    public static IEnumerable<string> Widths => InstructionSets.Available.Select(isa => isa.ToString());

    [GlobalSetup]
    public void SetUp()
    {
        _sampler = new RolloutsSampler(Enum.Parse<InstructionSet>(Width));
        _histogram = new long[G + 1];
    }

    // Another address each time: a branch predictor learns a small update by heart.
    [Benchmark]
    public void Sample() =>
        _sampler.Sample(new StreamKey(1, 2), new StreamAddress(_replicate++, 0, 0, StreamPurpose.Rollouts), _q, G, M, _histogram);
}
