using System.Numerics;
using System.Runtime.InteropServices;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class GroupsSamplerTests
{
    private const int Bits = 96, WideGroups = 1023;

    private static readonly StreamKey Key = StreamKey.Derive(1, 2503, "groups-sampler-tests");

    private static readonly double[] Probabilities =
        [0, Math.ScaleB(1, -1000), 1e-12, 1e-6, Math.ScaleB(1, -16), 0.1, 0.3, 1.0 / 3, Math.ScaleB(0xFFFF_FFFFUL, -33), 0.5];

    [Fact]
    public void The_specification_draws_group_by_group()
    {
        GroupsSampler sampler = new(InstructionSet.Scalar);
        BinomialThresholds table = new(4096);
        int update = 0;
        foreach (int groupSize in (int[])[2, 3, 16, 64, 1000, 4096])
        {
            foreach (double probability in Probabilities)
            {
                foreach (int groups in (int[])[1, 77, WideGroups, WideGroups + 1, 5000])
                {
                    RareProbability q = RareProbability.Round(probability);
                    StreamAddress address = new(update, update % 7, update % 5, StreamPurpose.Rollouts);
                    update++;
                    table.Build(q, groupSize);
                    BigInteger[] thresholds =
                        [.. Enumerable.Range(0, groupSize + 1).Select(k => BinomialThresholdsTests.Threshold(table, k))];
                    long[] actual = Filled(groupSize + 1);
                    sampler.Sample(Key, address, q, groupSize, groups, actual);
                    Assert.Equal(DrawGroupByGroup(address.With(StreamPurpose.Groups), thresholds, groups), actual);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar(string isa)
    {
        // The same samplers throughout: what they drew before must not matter.
        GroupsSampler sampler = new(Widths.Parse(isa));
        GroupsSampler specification = new(InstructionSet.Scalar);
        System.Random random = new(1);
        int update = 0;
        foreach (int groupSize in GroupCounterTests.GroupSizes)
        {
            foreach (double probability in Probabilities)
            {
                foreach (long groups in (long[])[0, 1, 2, random.Next(3, 70), random.Next(2000), WideGroups, WideGroups + 1, random.Next(100_000)])
                {
                    RareProbability q = RareProbability.Round(probability) with { IsAtUpperEnd = update % 3 == 0 };
                    StreamAddress address = new(update, update % 7, update % 5, StreamPurpose.Groups);
                    update++;
                    long[] expected = Filled(groupSize + 1);
                    long[] actual = Filled(groupSize + 1);
                    specification.Sample(Key, address, q, groupSize, groups, expected);
                    sampler.Sample(Key, address, q, groupSize, groups, actual);
                    Assert.Equal(expected, actual);
                    Assert.Equal(groups, actual.Sum());
                    Assert.DoesNotContain(actual, count => count < 0);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void A_tie_is_decided_by_the_last_digit(string isa)
    {
        foreach ((double probability, int groupSize) in ((double, int)[])[(0.3, 16), (0.3, 64), (0.1, 1000), (1e-6, 16), (0.5, 3), (0.5, 33)])
        {
            RareProbability q = RareProbability.Round(probability);
            BinomialThresholds table = new(4096);
            table.Build(q, groupSize);
            for (int k = table.First; k < table.Last; k++)
            {
                // U = T_k is not below it, so that K is k + 1; the last U before it is.
                BigInteger threshold = BinomialThresholdsTests.Threshold(table, k);
                foreach (int groups in (int[])[1, 2, 77, WideGroups, WideGroups + 1])
                {
                    Assert.Equal(k + 1, DrawEqual(isa, q, groupSize, groups, threshold));
                    Assert.Equal(k, DrawEqual(isa, q, groupSize, groups, threshold - 1));
                }
            }
        }
    }

    [Fact]
    public void Stream_v1_stays_what_it_is()
    {
        // From an independent implementation in big rationals. Never edited to make a test pass: other numbers are another
        // stream version.
        GroupsSampler sampler = new(InstructionSets.Best);
        long[] histogram = new long[5];
        sampler.Sample(Key, new StreamAddress(12, 3, 1, StreamPurpose.Rollouts), RareProbability.Round(0.3), 4, 1000, histogram);
        Assert.Equal([232L, 424, 273, 62, 9], histogram);
        sampler.Sample(Key, new StreamAddress(12, 3, 1, StreamPurpose.Rollouts), RareProbability.Round(0.3), 4, 1024, histogram);
        Assert.Equal([257L, 424, 256, 78, 9], histogram);
        histogram = new long[65];
        sampler.Sample(Key, new StreamAddress(7, 0, 0, StreamPurpose.Rollouts), RareProbability.Round(0.3), 64, 1023, histogram);
        Assert.Equal(
            [4L, 3, 11, 7, 24, 39, 49, 61, 103, 117, 99, 121, 101, 68, 76, 48, 35, 27, 17, 5, 6, 2],
            histogram[9..31]);
        Assert.Equal(1023, histogram[9..31].Sum());
        histogram = new long[6];
        StreamAddress far = new(1L << 39, 1 << 19, 1 << 19, StreamPurpose.Rollouts);
        sampler.Sample(Key, far, RareProbability.Round(1.0 / 3), 5, 100_000, histogram);
        Assert.Equal([13239L, 32838, 32807, 16521, 4190, 405], histogram);
        histogram = new long[34];
        sampler.Sample(Key, new StreamAddress(7, 0, 0, StreamPurpose.Rollouts), RareProbability.Round(0.1), 33, 20_000, histogram);
        Assert.Equal([651L, 2204, 4037, 4681, 3847, 2465, 1250, 581, 213, 47, 22, 2], histogram[..12]);
        Assert.Equal(20_000, histogram[..12].Sum());
    }

    [Fact]
    public void An_address_and_a_key_are_streams_of_their_own_whatever_the_address_was_for()
    {
        GroupsSampler sampler = new(InstructionSets.Best);
        List<string> histograms = [];
        (StreamKey Key, StreamAddress Address)[] places =
        [
            (Key, new StreamAddress(0, 0, 0, StreamPurpose.Rollouts)), (Key, new StreamAddress(1, 0, 0, StreamPurpose.Rollouts)),
            (Key, new StreamAddress(0, 1, 0, StreamPurpose.Rollouts)), (Key, new StreamAddress(0, 0, 1, StreamPurpose.Rollouts)),
            (Key, new StreamAddress(0, 0, 0, StreamPurpose.Groups)), (new StreamKey(Key.K0, Key.K1 + 1), default),
        ];
        foreach ((StreamKey key, StreamAddress address) in places)
        {
            long[] histogram = new long[65];
            sampler.Sample(key, address, RareProbability.Round(0.3), 64, 10_000, histogram);
            histograms.Add(string.Join(' ', histogram));
        }

        Assert.Equal(histograms[0], histograms[4]);
        Assert.Equal(places.Length - 1, histograms.Distinct().Count());
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Sampling_allocates_nothing(string isa)
    {
        GroupsSampler sampler = new(Widths.Parse(isa));
        long[] histogram = new long[4097];
        RareProbability q = RareProbability.Round(0.3);
        Assert.Equal(0, Allocation.Of(Sample));

        void Sample()
        {
            foreach (int groupSize in GroupCounterTests.GroupSizes)
            {
                sampler.Sample(Key, default, q, groupSize, 40_000, histogram.AsSpan(0, groupSize + 1));
            }
        }
    }

    [Fact]
    public void What_cannot_be_sampled_is_refused()
    {
        GroupsSampler sampler = new(InstructionSets.Best);
        Assert.Throws<ArgumentOutOfRangeException>("groupSize", () => sampler.Sample(Key, default, default, 1, 1, new long[2]));
        Assert.Throws<ArgumentOutOfRangeException>("groupSize", () => sampler.Sample(Key, default, default, 4097, 1, new long[4098]));
        Assert.Throws<ArgumentOutOfRangeException>("groups", () => sampler.Sample(Key, default, default, 2, -1, new long[3]));
        Assert.Throws<ArgumentOutOfRangeException>("groups", () => sampler.Sample(Key, default, default, 2, (1L << 40) + 1, new long[3]));
        Assert.Throws<ArgumentOutOfRangeException>("histogram", () => sampler.Sample(Key, default, default, 2, 1, new long[4]));

        // Where nothing is drawn, the most groups take no time.
        long[] histogram = new long[3];
        sampler.Sample(Key, default, default, 2, 1L << 40, histogram);
        Assert.Equal([1L << 40, 0, 0], histogram);
    }

    // Every group has its own U. Those that agree with a threshold in all digits drawn, but not with all of its digits, draw
    // another: in the order of their prefixes, then of the groups. (Groups of one prefix only change places otherwise.) Digits
    // are bytes, but the first one of few groups has two, the lower one first.
    private static long[] DrawGroupByGroup(StreamAddress address, BigInteger[] thresholds, int groups)
    {
        ulong[] words = new ulong[(groups + 600) * (Bits / 8) / Philox.BatchWords * Philox.BatchWords];
        new PhiloxScalar().Fill(Key, address.Counter(0), words);
        ReadOnlySpan<byte> stream = MemoryMarshal.AsBytes<ulong>(words);
        BigInteger[] uniforms = new BigInteger[groups];
        List<int> open = thresholds.Any(threshold => !threshold.IsZero && threshold < BigInteger.One << 96)
            ? [.. Enumerable.Range(0, groups)]
            : [];
        int shift = Bits;
        while (open.Count > 0)
        {
            int bytes = shift == Bits && groups <= WideGroups ? 2 : 1;
            shift -= 8 * bytes;
            foreach (int group in open.OrderBy(group => uniforms[group]))
            {
                uniforms[group] += new BigInteger(stream[..bytes], isUnsigned: true) << shift;
                stream = stream[bytes..];
            }

            HashSet<BigInteger> unfinished =
                [.. thresholds.Where(t => (t >> shift) << shift != t).Select(threshold => threshold >> shift)];
            open = [.. open.Where(group => unfinished.Contains(uniforms[group] >> shift))];
        }

        long[] histogram = new long[thresholds.Length];
        foreach (BigInteger uniform in uniforms)
        {
            int k = Array.FindIndex(thresholds, threshold => uniform < threshold);
            histogram[k]++;
        }

        return histogram;
    }

    // K of groups that have the same given U.
    private static int DrawEqual(string isa, RareProbability q, int groupSize, int groups, BigInteger uniform)
    {
        GroupsSampler sampler = new(new GivenUniform(uniform, groups), DigitCounter.For(Widths.Parse(isa)));
        long[] histogram = new long[groupSize + 1];
        sampler.Sample(Key, default, q, groupSize, groups, histogram);
        Assert.Equal(groups, histogram.Sum());
        return Array.IndexOf(histogram, groups);
    }

    private static long[] Filled(int length)
    {
        long[] histogram = new long[length];
        Array.Fill(histogram, -7);
        return histogram;
    }

    // The stream of groups that are all of one prefix throughout.
    private sealed class GivenUniform(BigInteger uniform, int groups) : IPhilox
    {
        public void Fill(StreamKey key, UInt128 counter, Span<ulong> planes)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(planes);
            byte[] digits = uniform.ToByteArray(isUnsigned: true, isBigEndian: true);
            digits = [.. new byte[(Bits / 8) - digits.Length], .. digits, .. new byte[20_000]];
            long start = (long)((ulong)counter % (1UL << 44)) / Philox.BatchCalls * Philox.BatchWords * sizeof(ulong);
            for (int i = 0; i < bytes.Length; i++)
            {
                long place = (start + i) / groups;
                bytes[i] = groups <= WideGroups && place < 2 ? digits[1 - ((start + i) % 2)] : digits[place];
            }
        }
    }
}
