namespace GrpoMonteCarlo.Kernels;

/// <summary>Counts random digits, of 8 or of 16 bits, that lie below given bounds.</summary>
internal interface IDigitCounter
{
    /// <summary>Adds, at every bound b, how many of the digits are less than b.</summary>
    /// <param name="digits">Any number of digits.</param>
    /// <param name="bounds">Which counts are wanted, ascending, none 0.</param>
    /// <param name="below">Length 256 at least; only its elements at the bounds change.</param>
    public void AddBelow(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> bounds, Span<long> below);

    /// <summary>Sets below[i] to how many of the digits are less than bounds[i]. True if a digit equals a bound.</summary>
    /// <param name="digits">Any number of digits.</param>
    /// <param name="bounds">Any bounds, in any order.</param>
    /// <param name="below">As long as the bounds, at least.</param>
    public bool CountBelow(ReadOnlySpan<ushort> digits, ReadOnlySpan<ushort> bounds, Span<int> below);
}
