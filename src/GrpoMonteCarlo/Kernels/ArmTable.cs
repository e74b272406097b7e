using System.Numerics;
using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// An alias table (A. J. Walker, ACM Trans. Math. Softw. 3, 1977) in integers: a uniform 64-bit word's top bits are its column, and
/// the arm is the column's own if the word is below the column's bound, else the column's alias. Rebuilt in place, because the policy
/// changes with every update.
/// </summary>
/// <remarks>
/// First each arm gets a whole number n of the 2^64 words: weights are rounded to integers of one unit, at most 2^-62 of their sum, and
/// those divided by their exact sum. Then columns are filled, which rounds nothing: light arms in order, each topped up with words of the
/// first heavy arm that has some to spare (L. Hübschle-Schneider and P. Sanders, ESA 2019). So an arm's probability is n 2^-64 just, and
/// that is off by less than 2^-62 + A 2^-63 p from p, its weight's share. An arm of weight 0 has no word; one of p below 2^-63 may have none.
/// </remarks>
internal sealed class ArmTable
{
    // With fewer there would be no top bits.
    private const int MinColumns = 2;

    private readonly ulong[] _words = new ulong[ArmWeights.MaxArms]; // n
    private readonly ushort[] _light = new ushort[ArmWeights.MaxArms + 1];
    private readonly ushort[] _heavy = new ushort[ArmWeights.MaxArms + 1];

    /// <summary>How many columns there are: a power of two.</summary>
    public int Columns { get; private set; }

    /// <summary>A word shifted right by this is its column.</summary>
    public int Shift { get; private set; }

    /// <summary>At a column, where its own arm's words end and its alias's begin. Longer than there are columns.</summary>
    public ulong[] Bounds { get; } = new ulong[ArmWeights.MaxArms];

    /// <summary>At a column, the arm of its other words. Longer than there are columns.</summary>
    public ushort[] Aliases { get; } = new ushort[ArmWeights.MaxArms];

    /// <summary>Goes to another policy, at a cost that grows with the number of arms only.</summary>
    /// <param name="weights">As <see cref="ArmWeights.Sum"/> asks.</param>
    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void Build(ReadOnlySpan<double> weights)
    {
        double sum = ArmWeights.Sum(weights);
        Columns = Math.Max(MinColumns, (int)BitOperations.RoundUpToPowerOf2((uint)weights.Length));
        Shift = 64 - BitOperations.Log2((uint)Columns);
        fixed (double* weight = weights)
        fixed (ulong* words = _words, bounds = Bounds)
        fixed (ushort* light = _light, heavy = _heavy, aliases = Aliases)
        {
            int arms = weights.Length;
            ulong total = SetIntegers(weight, words, arms, sum, out ulong most);
            if (most == total)
            {
                SetOnly(_words.AsSpan(0, arms).IndexOf(total));
                return;
            }

            ShareWords(words, arms, total);
            new Span<ulong>(words + arms, Columns - arms).Clear();
            int heavies = Split(words, light, heavy);
            Fill(words, light, heavy, heavies, bounds, aliases);
        }
    }

    /// <summary>The arm of a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort Arm(ulong word)
    {
        int column = (int)(word >> Shift);
        return word < Bounds[column] ? (ushort)column : Aliases[column];
    }

    // The weights in units that make their sum some number from 2^62 to 2^63. Returns that sum, exactly.
    private static unsafe ulong SetIntegers(double* weights, ulong* integers, int arms, double sum, out ulong most)
    {
        // Two factors, because weights may be so small that one is no double.
        int exponent = 62 - Math.ILogB(sum);
        double scale = ExponentBits.PowerOfTwo(exponent / 2), rest = ExponentBits.PowerOfTwo(exponent - (exponent / 2));
        ulong total = 0, greatest = 0;
        for (int arm = 0; arm < arms; arm++)
        {
            ulong integer = (ulong)double.ConvertToIntegerNative<long>(Math.Round(weights[arm] * scale * rest));
            integers[arm] = integer;
            total += integer;
            greatest = Math.Max(greatest, integer);
        }

        most = greatest;
        return total;
    }

    // From integers x of sum S to n = floor(x 2^64 / S), by multiplying with floor((2^(63+b) - 1) / S), b being the bits of S.
    private static unsafe void ShareWords(ulong* words, int arms, ulong total)
    {
        int bits = 64 - BitOperations.LeadingZeroCount(total);
        ulong reciprocal = (ulong)(((UInt128.One << (63 + bits)) - 1) / total);
        ulong left = 0;
        for (int arm = 0; arm < arms; arm++)
        {
            ulong high = Math.BigMul(words[arm], reciprocal, out ulong low);
            ulong share = high << (65 - bits) | low >> (bits - 1);
            words[arm] = share;
            left -= share;
        }

        // One each of those that rounding has left, at most as many as arms have a share and two.
        while (left > 0)
        {
            for (int arm = 0; arm < arms && left > 0; arm++)
            {
                ulong one = words[arm] > 0 ? 1UL : 0;
                words[arm] += one;
                left -= one;
            }
        }
    }

    // Arms with less than a column's words, and the others. Both indices are stored each time: which it will be nobody can predict.
    private unsafe int Split(ulong* words, ushort* light, ushort* heavy)
    {
        ulong column = 1UL << Shift;
        int lights = 0, heavies = 0;
        for (int arm = 0; arm < Columns; arm++)
        {
            light[lights] = (ushort)arm;
            heavy[heavies] = (ushort)arm;
            int isLight = words[arm] < column ? 1 : 0;
            lights += isLight;
            heavies += 1 - isLight;
        }

        // The last one has just a column in the end, and needs no alias.
        heavy[heavies] = heavy[heavies - 1];
        return heavies;
    }

    // A heavy arm's words fill the columns of light ones until a column's worth or less is left; the next heavy arm fills that one.
    // As there are as many words as columns hold, light arms last as long as heavy ones.
    private unsafe void Fill(ulong* words, ushort* light, ushort* heavy, int heavies, ulong* bounds, ushort* aliases)
    {
        int shift = Shift;
        ulong column = 1UL << shift;
        ulong left = words[heavy[0]];
        for (int i = 0; i < heavies; i++)
        {
            int arm = heavy[i];
            while (left > column)
            {
                int filled = *light++;
                bounds[filled] = ((ulong)filled << shift) + words[filled];
                aliases[filled] = (ushort)arm;
                left -= column - words[filled];
            }

            // Where this is a whole column its end is the next one's start, or 0 after the last one, whose alias is itself.
            bounds[arm] = ((ulong)arm << shift) + left;
            aliases[arm] = heavy[i + 1];
            left += words[heavy[i + 1]] - column;
        }
    }

    // One arm has all the words, one more than a word counts.
    private void SetOnly(int arm)
    {
        Bounds.AsSpan(0, Columns).Clear();
        Aliases.AsSpan(0, Columns).Fill((ushort)arm);
    }
}
