using System.Numerics;
using GrpoMonteCarlo.Kernels;

namespace GrpoMonteCarlo.Tests.Kernels;

public class ArmTableTests
{
    private static readonly BigInteger Words = BigInteger.One << 64;

    public static TheoryData<int> Sizes() => [1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 100, 1000, 1024, 2049, 4096];

    [Theory, MemberData(nameof(Sizes))]
    public void Every_arm_has_its_share_of_the_words(int arms)
    {
        // The same table throughout: what it held before must not matter.
        ArmTable table = new();
        foreach (double[] weights in Policies(arms))
        {
            table.Build(weights);
            BigInteger[] words = WordsByArm(table, arms);
            BigInteger[] exact = [.. weights.Select(Integer)];
            BigInteger sum = BigInteger.Zero;
            foreach (BigInteger weight in exact)
            {
                sum += weight;
            }

            Assert.Equal(Words, words.Aggregate(BigInteger.Add));
            for (int arm = 0; arm < arms; arm++)
            {
                if (weights[arm] == 0)
                {
                    Assert.Equal(BigInteger.Zero, words[arm]);
                }

                // |n 2^-64 - p| below 2^-62 + A 2^-63 p, p being w / W; times 2^64 W.
                BigInteger error = BigInteger.Abs((words[arm] * sum) - (exact[arm] * Words));
                Assert.True(error <= (4 * sum) + (2 * arms * exact[arm]), $"arm {arm} of {arms}: {1e-3 * (double)(1000 * error / sum)} words");
            }
        }
    }

    [Fact]
    public void A_word_is_below_the_bound_or_not()
    {
        // 3/4 and 1/4: each has a column of 2^63 words; the second arm's upper half is the first's.
        ArmTable table = new();
        table.Build([3, 1]);
        Assert.Equal(0, table.Arm(0));
        Assert.Equal(0, table.Arm((1UL << 63) - 1));
        Assert.Equal(1, table.Arm(1UL << 63));
        Assert.Equal(1, table.Arm((3UL << 62) - 1));
        Assert.Equal(0, table.Arm(3UL << 62));
        Assert.Equal(0, table.Arm(ulong.MaxValue));
    }

    [Fact]
    public void The_unit_of_the_weights_does_not_matter()
    {
        System.Random random = new(3);
        double[] weights = [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble())];
        ArmTable expected = new(), actual = new();
        expected.Build(weights);
        foreach (int power in (int[])[-960, -1, 1, 900])
        {
            actual.Build([.. weights.Select(weight => Math.ScaleB(weight, power))]);
            Assert.Equal(expected.Bounds, actual.Bounds);
            Assert.Equal(expected.Aliases, actual.Aliases);
        }
    }

    [Fact]
    public void Building_allocates_nothing()
    {
        ArmTable table = new();
        double[] weights = [.. Enumerable.Range(1, 1000).Select(arm => 1.0 / arm)];
        Assert.Equal(0, Allocation.Of(() =>
        {
            table.Build(weights);
            table.Build(weights.AsSpan(0, 3));
        }));
    }

    [Fact]
    public void What_is_no_policy_is_refused()
    {
        ArmTable table = new();
        Assert.Throws<ArgumentOutOfRangeException>("weights", () => table.Build([]));
        Assert.Throws<ArgumentOutOfRangeException>("weights", () => table.Build(new double[4097]));
        foreach (int place in (int[])[0, 3, 4, 8])
        {
            foreach (double weight in (double[])[-1, -double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e301])
            {
                double[] weights = [1, 1, 1, 1, 1, 1, 1, 1, 1];
                weights[place] = weight;
                Assert.Throws<ArgumentException>("weights", () => table.Build(weights));
            }
        }

        Assert.Throws<ArgumentException>("weights", () => table.Build([0, -0.0, 0, 0, 0]));
    }

    internal static IEnumerable<double[]> Policies(int arms)
    {
        System.Random random = new(arms);
        yield return [.. Enumerable.Repeat(1.0, arms)];
        yield return [.. Enumerable.Repeat(double.Epsilon, arms)];
        yield return [.. Enumerable.Range(1, arms).Select(arm => 1.0 / arm)];
        yield return [.. Enumerable.Range(1, arms).Select(arm => Math.ScaleB(1, -arm))];
        yield return [.. Enumerable.Range(0, arms).Select(arm => arm == arms - 1 ? 1.0 : 0)];
        yield return [.. Enumerable.Range(0, arms).Select(arm => arm == arms / 2 ? 1 : 1e-6)];
        yield return [.. Enumerable.Range(0, arms).Select(arm => arm == arms / 2 ? 1 : 1e-30)];
        for (int i = 0; i < 20; i++)
        {
            // Of all magnitudes, then alike; some are 0.
            double spread = i < 10 ? 40 : 1;
            yield return [.. Enumerable.Range(0, arms).Select(
                arm => arm > 0 && random.Next(5) == 0 ? 0 : Math.Exp(spread * (random.NextDouble() - 0.5)))];
        }
    }

    // How many of the 2^64 words lead to each arm.
    private static BigInteger[] WordsByArm(ArmTable table, int arms)
    {
        BigInteger[] words = new BigInteger[arms];
        BigInteger column = Words / table.Columns;
        for (int i = 0; i < table.Columns; i++)
        {
            // The bound of a whole last column is 2^64, for which there is no word.
            BigInteger own = table.Bounds[i] < i * column ? 0 : table.Bounds[i] - (i * column);
            Assert.True(own <= column);
            if (own > 0)
            {
                words[i] += own;
            }

            words[table.Aliases[i]] += column - own;
        }

        return words;
    }

    // A weight as a multiple of 2^-1074.
    private static BigInteger Integer(double weight)
    {
        long bits = BitConverter.DoubleToInt64Bits(weight);
        int exponent = (int)(bits >> 52);
        long mantissa = bits & ((1L << 52) - 1);
        return exponent == 0 ? mantissa : (BigInteger)(mantissa | 1L << 52) << (exponent - 1);
    }
}
