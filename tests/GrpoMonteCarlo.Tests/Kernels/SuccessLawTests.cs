using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

/// <summary>
/// Groups by their number of successes, as the engine draws them: the logit decides which outcome is the rarer, and that one is sampled.
/// So a policy at 1 - 1e-6 is as exact as one at 1e-6. Chi-square, fixed seeds, 5 sigma on both sides.
/// </summary>
public class SuccessLawTests
{
    private const int Updates = 20;

    public static TheoryData<string, double, int> Cases()
    {
        TheoryData<string, double, int> cases = [];
        foreach (Sampler sampler in Enum.GetValues<Sampler>())
        {
            foreach (double complement in (double[])[1e-6, 0.02])
            {
                foreach (int groupSize in (int[])[2, 3, 16, 33, 64, 100, 1024])
                {
                    cases.Add(ExperimentJson.Name(sampler), complement, groupSize);
                }
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Successes_are_binomial_where_they_are_nearly_certain(string name, double complement, int groupSize)
    {
        // An odd number of groups, a few 10^7 rollouts an update at most.
        long groups = 1 + (10_000_000 / groupSize);
        ICountSampler sampler = CellSimulator.Create(Enum.GetValues<Sampler>().Single(known => ExperimentJson.Name(known) == name), InstructionSets.Best);
        TwoPointPolicies policies = new([-Elementary.Logit(complement)], [0]);
        Assert.False(policies.SuccessIsRare(0));
        StreamKey key = StreamKey.Derive(1, 42, "success-law-tests");
        long[] failures = new long[groupSize + 1];
        long[] bySuccesses = new long[groupSize + 1];
        for (int update = 0; update < Updates; update++)
        {
            StreamAddress address = new(update, groupSize, 0, StreamPurpose.Rollouts);
            sampler.Sample(key, address, RareProbability.Round(policies.Rarer[0]), groupSize, groups, failures);
            for (int k = 0; k <= groupSize; k++)
            {
                bySuccesses[k] += failures[groupSize - k];
            }
        }

        double[] expected = [.. RolloutsLawTests.Binomial(groupSize, complement).Reverse().Select(share => share * groups * Updates)];
        (double chiSquare, int cells) = RolloutsLawTests.ChiSquare(bySuccesses, expected);
        Assert.True(cells > 1);
        double spread = 2 / (9.0 * (cells - 1));
        Assert.InRange((Math.Cbrt(chiSquare / (cells - 1)) - (1 - spread)) / Math.Sqrt(spread), -5, 5);
    }
}
