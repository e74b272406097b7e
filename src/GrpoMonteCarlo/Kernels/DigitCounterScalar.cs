namespace GrpoMonteCarlo.Kernels;

/// <summary>Compares every digit with every bound: the specification of the other widths.</summary>
internal sealed class DigitCounterScalar : IDigitCounter
{
    // From here on a tally is faster.
    private const int FewComparisons = 256;

    public void AddBelow(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> bounds, Span<long> below)
    {
        if ((long)digits.Length * bounds.Length > FewComparisons)
        {
            DigitCounter.AddTally(digits, bounds, below);
            return;
        }

        foreach (byte bound in bounds)
        {
            foreach (byte digit in digits)
            {
                below[bound] += digit < bound ? 1 : 0;
            }
        }
    }
}
