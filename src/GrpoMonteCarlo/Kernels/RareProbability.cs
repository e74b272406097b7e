using System.Numerics;
using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// The probability q of an update's rarer outcome, 0 to 1/2, rounded once to 32 significant bits: m 2^-e with m = 0 or
/// 2^31 &lt;= m &lt; 2^32. Sampling and closed forms use the same rounded q, so they agree exactly.
/// </summary>
internal readonly record struct RareProbability
{
    private const int SignificantBits = 32;

    // A double's significand has 53 bits, the highest one implied; 2^-1075 is the unit of its exponent field.
    private const int StoredBits = 52;
    private const int ExponentBias = 1075;

    /// <summary>
    /// Whether the rarer outcome is where a uniform U is at least 1-q, instead of where it is below q. Of two updates that draw the same numbers,
    /// one at p below 1/2 and one above it, both then succeed where U is small.
    /// </summary>
    public bool IsAtUpperEnd { get; init; }

    private RareProbability(uint mantissa, int exponent)
    {
        Mantissa = mantissa;
        Exponent = exponent;
    }

    /// <summary>m.</summary>
    public uint Mantissa { get; }

    /// <summary>e; 0 when m is 0.</summary>
    public int Exponent { get; }

    /// <summary>How many binary digits of q are 0 before m's first one.</summary>
    public int LeadingZeros => Math.Max(Exponent - SignificantBits, 0);

    /// <summary>The index of the last binary digit of q that is 1, counted from 1; 0 when q is 0.</summary>
    public int LastDigit => Mantissa == 0 ? 0 : Exponent - BitOperations.TrailingZeroCount(Mantissa);

    /// <summary>The rounded q, exactly.</summary>
    public double Value => Exponent < ExponentBits.Bias
        ? Mantissa * ExponentBits.PowerOfTwo(-Exponent)
        : Math.ScaleB(Mantissa, -Exponent);

    /// <summary>q to 32 significant bits, half up, by integer operations alone.</summary>
    public static RareProbability Round(double q)
    {
        if (!(q >= 0 && q <= 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(q), q, "The rarer outcome's probability lies between 0 and 1/2.");
        }

        ulong bits = BitConverter.DoubleToUInt64Bits(q) & (ulong.MaxValue >> 1);
        if (bits == 0)
        {
            return default;
        }

        // q = significand 2^(field - 1075), the significand scaled up to 53 bits if the double is subnormal.
        int field = (int)(bits >> StoredBits);
        ulong significand = bits & ((1UL << StoredBits) - 1);
        if (field > 0)
        {
            significand |= 1UL << StoredBits;
        }
        else
        {
            int shift = BitOperations.LeadingZeroCount(significand) - (63 - StoredBits);
            significand <<= shift;
            field = 1 - shift;
        }

        const int Dropped = StoredBits + 1 - SignificantBits;
        ulong mantissa = (significand + (1UL << (Dropped - 1))) >> Dropped;
        int exponent = ExponentBias - field - Dropped;
        return mantissa >> SignificantBits == 0
            ? new RareProbability((uint)mantissa, exponent)
            : new RareProbability((uint)(mantissa >> 1), exponent - 1);
    }
}
