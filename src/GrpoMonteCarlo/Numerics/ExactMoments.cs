using System.Numerics;

namespace GrpoMonteCarlo.Numerics;

/// <summary>
/// The exact sum and sum of squares of values rounded to multiples of 2^-fractionBits. Adding is commutative and associative to
/// the last bit, and equal values have a variance of exactly 0. With up to 2^40 values of up to 2^86 quanta the sum needs 126 bits
/// and the sum of squares 212, hence 128 and 256.
/// </summary>
internal struct ExactMoments : IEquatable<ExactMoments>
{
    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    public const int Bytes = 3 * 16;

    private Int128 _sum;
    private UInt128 _squaresLow;
    private UInt128 _squaresHigh;

    /// <summary>Sum of the values, in quanta.</summary>
    public readonly Int128 Sum => _sum;

    /// <summary>Adds one value; at most 2^86 quanta in size.</summary>
    public void Add(double value, int fractionBits)
    {
        (ulong significand, int shift) = ScaledInteger.Decompose(value, fractionBits);
        var magnitude = (Int128)((UInt128)significand << shift);
        _sum += value < 0 ? -magnitude : magnitude;

        ulong high = Math.BigMul(significand, significand, out ulong low);
        var square = new UInt128(high, low);
        int doubled = 2 * shift;
        AddSquares(square << doubled, doubled == 0 ? UInt128.Zero : square >> (128 - doubled));
    }

    /// <summary>Adds what another has summed.</summary>
    public void Add(in ExactMoments other)
    {
        _sum += other._sum;
        AddSquares(other._squaresLow, other._squaresHigh);
    }

    /// <summary>Sum / count, the correctly rounded mean.</summary>
    public readonly double Mean(long count, int fractionBits) =>
        ExactRatio.ToDouble(_sum, new BigInteger(count) << fractionBits);

    /// <summary>
    /// Sample variance, divisor count - 1, rounded once; count at least 2. R sum(x^2) - (sum x)^2 is formed in integers, so nothing
    /// cancels.
    /// </summary>
    public readonly double Variance(long count, int fractionBits)
    {
        BigInteger squares = ((BigInteger)_squaresHigh << 128) + _squaresLow;
        BigInteger sum = _sum;
        BigInteger numerator = (count * squares) - (sum * sum);
        BigInteger denominator = (new BigInteger(count) * (count - 1)) << (2 * fractionBits);
        return ExactRatio.ToDouble(numerator, denominator);
    }

    /// <summary>Writes the state, 48 bytes.</summary>
    public readonly void Write(BinaryWriter writer)
    {
        writer.WriteInt128(_sum);
        writer.WriteInt128((Int128)_squaresLow);
        writer.WriteInt128((Int128)_squaresHigh);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ExactMoments Read(BinaryReader reader) => new()
    {
        _sum = reader.ReadInt128(),
        _squaresLow = (UInt128)reader.ReadInt128(),
        _squaresHigh = (UInt128)reader.ReadInt128(),
    };

    /// <inheritdoc/>
    public readonly bool Equals(ExactMoments other) =>
        _sum == other._sum && _squaresLow == other._squaresLow && _squaresHigh == other._squaresHigh;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is ExactMoments other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_sum, _squaresLow, _squaresHigh);

    private void AddSquares(UInt128 low, UInt128 high)
    {
        _squaresLow += low;
        _squaresHigh += high + (_squaresLow < low ? UInt128.One : UInt128.Zero);
    }
}
