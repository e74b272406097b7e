using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class BernoulliTests
{
    private static readonly double[] Probabilities =
    [
        0, double.Epsilon, Math.ScaleB(1, -1000), 1e-12, 1e-6, Math.ScaleB(1, -7), 0.1, 0.3, 1.0 / 3, 0.375,
        Math.ScaleB(0xFFFF_FFFFUL, -33), Math.ScaleB(0x8000_0001UL, -33), Math.BitDecrement(0.5), 0.5,
    ];

    [Fact]
    public void The_specification_compares_digit_by_digit()
    {
        BernoulliScalar bernoulli = new();
        ulong[] rollouts = new ulong[3 * Bernoulli.BlockWords];
        foreach (double probability in Probabilities)
        {
            RareProbability q = RareProbability.Round(probability);
            ulong[] planes = RandomPlanes(60);
            int lanes = (2 * Bernoulli.BlockLanes) + 77;
            Assert.Equal(3, bernoulli.Draw(q, planes, lanes, rollouts, out int planesUsed));

            int start = 0;
            for (int block = 0; block < 3; block++)
            {
                int used = 0;
                for (int lane = 0; lane < Bernoulli.BlockLanes; lane++)
                {
                    bool valid = (block * Bernoulli.BlockLanes) + lane < lanes;
                    (bool rare, int digits) = Compare(q, planes, start, lane);
                    ulong word = rollouts[(block * Bernoulli.BlockWords) + (lane / 64)];
                    Assert.Equal(valid && rare, (word >> (lane % 64) & 1) != 0);
                    used = valid ? Math.Max(used, digits) : used;
                }

                start += used;
            }

            Assert.Equal(start, planesUsed);
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar_on_every_length(string isa)
    {
        IBernoulli bernoulli = Bernoulli.For(Widths.Parse(isa));
        BernoulliScalar specification = new();
        System.Random random = new(1);
        ulong[] expected = new ulong[4 * Bernoulli.BlockWords];
        ulong[] actual = new ulong[4 * Bernoulli.BlockWords];
        for (int lanes = 0; lanes <= 3 * Bernoulli.BlockLanes; lanes++)
        {
            // Sometimes too few planes.
            ulong[] planes = RandomPlanes(random.Next(60));
            RareProbability q = RareProbability.Round(Probabilities[lanes % Probabilities.Length]);
            Array.Fill(actual, 0xABCDUL);
            int blocks = specification.Draw(q, planes, lanes, expected, out int expectedPlanes);
            Assert.Equal(blocks, bernoulli.Draw(q, planes, lanes, actual, out int actualPlanes));
            Assert.Equal(expectedPlanes, actualPlanes);
            Assert.Equal(expected[..(blocks * Bernoulli.BlockWords)], actual[..(blocks * Bernoulli.BlockWords)]);
            Assert.Equal(0xABCDUL, actual[^1]);
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Zero_takes_no_planes_and_a_half_takes_one(string isa)
    {
        IBernoulli bernoulli = Bernoulli.For(Widths.Parse(isa));
        ulong[] planes = RandomPlanes(2);
        ulong[] rollouts = [.. Enumerable.Repeat(ulong.MaxValue, 2 * Bernoulli.BlockWords)];
        Assert.Equal(2, bernoulli.Draw(RareProbability.Round(0), [], 1024, rollouts, out int used));
        Assert.Equal(0, used);
        Assert.All(rollouts, word => Assert.Equal(0UL, word));
        Assert.Equal(2, bernoulli.Draw(RareProbability.Round(0.5), planes, 1024, rollouts, out used));
        Assert.Equal(2, used);
        Assert.Equal(planes.Select(word => ~word), rollouts);
    }

    [Theory]
    [InlineData(1.0 / 3)]
    [InlineData(0.3)]
    [InlineData(1e-6)]
    public void A_block_takes_as_many_planes_as_the_slowest_of_512_lanes(double probability)
    {
        // P(more than j planes) = 1 - (1 - 2^-j)^512 for each j: the maximum of 512 geometric variables.
        double mean = 0, square = 0;
        for (int j = 0; j < 60; j++)
        {
            double more = -double.ExpM1(512 * double.LogP1(-Math.ScaleB(1, -j)));
            mean += more;
            square += ((2 * j) + 1) * more;
        }

        const int Blocks = 20_000;
        ulong[] rollouts = new ulong[Blocks * Bernoulli.BlockWords];
        ulong[] planes = RandomPlanes(12 * Blocks);
        IBernoulli bernoulli = Bernoulli.For(InstructionSets.Best);
        Assert.Equal(Blocks, bernoulli.Draw(RareProbability.Round(probability), planes, Blocks * 512, rollouts, out int used));
        Assert.InRange(mean, 10.32, 10.34);
        double sigma = Math.Sqrt((square - (mean * mean)) / Blocks);
        Assert.InRange((double)used / Blocks, mean - (5 * sigma), mean + (5 * sigma));
    }

    private static ulong[] RandomPlanes(int planes)
    {
        ulong[] words = new ulong[(planes + 4) / 4 * Philox.BatchWords];
        Philox.For(InstructionSets.Best).Fill(new StreamKey(11, (uint)planes), 0, words);
        return words[..(planes * Philox.PlaneWords)];
    }

    // One lane's U against q, and how many digits it took.
    private static (bool Rare, int Digits) Compare(RareProbability q, ulong[] planes, int start, int lane)
    {
        double rest = q.Value;
        for (int digit = 0; rest > 0; digit++)
        {
            rest *= 2;
            bool one = rest >= 1;
            rest -= one ? 1 : 0;
            bool bit = (planes[((start + digit) * Bernoulli.BlockWords) + (lane / 64)] >> (lane % 64) & 1) != 0;
            if (bit != one)
            {
                return (one, digit + 1);
            }
        }

        return (false, q.LastDigit);
    }
}
