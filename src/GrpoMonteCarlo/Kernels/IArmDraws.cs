namespace GrpoMonteCarlo.Kernels;

/// <summary>Draws arms, each from one uniform word.</summary>
internal interface IArmDraws
{
    /// <summary>Looks every word up.</summary>
    /// <param name="table">The policy.</param>
    /// <param name="words">Uniform 64-bit words, one an arm.</param>
    /// <param name="arms">At least as long; at i the arm of word i. What is beyond the words stays.</param>
    public void Draw(ArmTable table, ReadOnlySpan<ulong> words, Span<ushort> arms);
}
