using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>One word at a time: the specification of the other widths.</summary>
internal sealed class ArmDrawsScalar : IArmDraws
{
    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void Draw(ArmTable table, ReadOnlySpan<ulong> words, Span<ushort> arms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms.Length, words.Length, nameof(arms));
        int shift = table.Shift;
        fixed (ulong* bounds = table.Bounds)
        fixed (ushort* aliases = table.Aliases, arm = arms)
        {
            for (int i = 0; i < words.Length; i++)
            {
                ulong word = words[i], column = word >> shift, alias = aliases[column];

                // No branch, which nobody could predict: all bits of own are set or none.
                ulong own = 0 - (word < bounds[column] ? 1UL : 0);
                arm[i] = (ushort)(alias ^ ((alias ^ column) & own));
            }
        }
    }
}
