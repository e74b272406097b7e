using BenchmarkDotNet.Attributes;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Bench;

/// <summary>
/// One update's arms, given its histogram of K: M groups of 16 at p = 0.3, the successful rollouts and the failed ones, tables included.
/// The arms' weights are 1, 1/2, ..., 1/A in another order each time, every third arm is a success. The goals, at A = 64 and AVX-512:
/// 2 ns a rollout at M = 65536, 2.5 us in all at M = 64.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false), Throughput("G rollouts/s", GroupSize, nameof(M))]
public class ArmsBenchmark
{
    private const int GroupSize = 16, AllArms = 1 << 16;

    private readonly long[] _successes = new long[GroupSize + 1];
    private readonly long[] _failures = new long[GroupSize + 1];
    private ArmSampler _sampler = new(InstructionSet.Scalar);
    private double[][] _ifSuccess = [], _ifFailure = [];
    private long[] _counts = [];
    private long _replicate;

    [Params(4, 64, 1024)]
    public int A { get; set; }

    [Params(64, 65536)]
    public long M { get; set; }

    [ParamsSource(nameof(Widths))]
    public string Width { get; set; } = "";

    public static IEnumerable<string> Widths => InstructionSets.Available.Select(isa => isa.ToString());

    [GlobalSetup]
    public void SetUp()
    {
        InstructionSet isa = Enum.Parse<InstructionSet>(Width);
        _sampler = new ArmSampler(isa);
        double[] weights = [.. Enumerable.Range(1, A).Select(arm => 1.0 / arm)];
        System.Random random = new(1);
        _ifSuccess = new double[AllArms / A][];
        _ifFailure = new double[AllArms / A][];
        for (int policy = 0; policy < _ifSuccess.Length; policy++)
        {
            random.Shuffle(weights);
            _ifSuccess[policy] = [.. weights.Select((weight, arm) => arm % 3 == 0 ? weight : 0)];
            _ifFailure[policy] = [.. weights.Select((weight, arm) => arm % 3 == 0 ? 0 : weight)];
        }

        _counts = new long[(GroupSize + 1) * A];
        long[] histogram = new long[GroupSize + 1];
        new CountsSampler(isa).Sample(new StreamKey(1, 2), default, RareProbability.Round(0.3), GroupSize, M, histogram);
        for (int k = 0; k <= GroupSize; k++)
        {
            _successes[k] = histogram[k] * k;
            _failures[k] = histogram[k] * (GroupSize - k);
        }
    }

    [Benchmark]
    public void Draw()
    {
        (StreamAddress address, int policy) = Next();
        _sampler.Draw(new StreamKey(1, 2), address, _ifSuccess[policy], _successes, _counts);
        _sampler.Draw(new StreamKey(1, 2), address.With(StreamPurpose.FailureArms), _ifFailure[policy], _failures, _counts);
    }

    [Benchmark]
    public void Place()
    {
        (StreamAddress address, int policy) = Next();
        _sampler.Place(new StreamKey(1, 2), address, _ifSuccess[policy], _successes, _counts);
        _sampler.Place(new StreamKey(1, 2), address.With(StreamPurpose.FailureArms), _ifFailure[policy], _failures, _counts);
    }

    // Another address and another policy each time: a branch predictor learns a small update by heart.
    private (StreamAddress Address, int Policy) Next()
    {
        _replicate++;
        return (new StreamAddress(_replicate, 0, 0, StreamPurpose.SuccessArms), (int)(_replicate % _ifSuccess.Length));
    }
}
