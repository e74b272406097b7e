using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class ArmDrawsTests
{
    private const ushort Untouched = 0xABCD;

    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (string isa in Widths.Tested.Select(row => row.Data))
        {
            foreach (int arms in (int[])[2, 3, 4, 16, 17, 33, 64, 65, 1000, 4096])
            {
                cases.Add(isa, arms);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_width_equals_scalar_on_every_length(string isa, int arms)
    {
        IArmDraws draws = ArmDraws.For(Widths.Parse(isa));
        ArmDrawsScalar specification = new();
        ArmTable table = new();
        System.Random random = new(arms);
        foreach (double[] weights in ArmTableTests.Policies(arms))
        {
            table.Build(weights);
            foreach (int length in Enumerable.Range(0, 41).Concat([511, 512, random.Next(2000)]))
            {
                ulong[] words = RandomWords(random, table, length);
                ushort[] expected = Filled(length + 9), actual = Filled(length + 9);
                specification.Draw(table, words, expected);
                draws.Draw(table, words, actual);
                Assert.Equal(expected, actual);
                Assert.All(actual[length..], arm => Assert.Equal(Untouched, arm));
                Assert.Equal(words.Select(table.Arm), actual[..length]);
            }
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Too_few_places_are_refused(string isa)
    {
        ArmTable table = new();
        table.Build([1, 2]);
        Assert.Throws<ArgumentOutOfRangeException>("arms", () => ArmDraws.For(Widths.Parse(isa)).Draw(table, new ulong[9], new ushort[8]));
    }

    // Uniform words, the words on both sides of columns' bounds, and the ends.
    private static ulong[] RandomWords(System.Random random, ArmTable table, int length)
    {
        ulong[] words = new ulong[length];
        for (int i = 0; i < length; i++)
        {
            words[i] = random.Next(5) switch
            {
                0 => table.Bounds[random.Next(table.Columns)] - (ulong)random.Next(2),
                1 => random.Next(2) == 0 ? 0 : ulong.MaxValue,
                _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            };
        }

        return words;
    }

    private static ushort[] Filled(int length)
    {
        ushort[] arms = new ushort[length];
        Array.Fill(arms, Untouched);
        return arms;
    }
}
