using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Isa = System.Runtime.Intrinsics.X86.Avx512BW;
using Vec = System.Runtime.Intrinsics.Vector512<ulong>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Eight words at a time from a table in registers, if it has up to 64 columns (0.2 ns an arm on Zen 5); larger ones as
/// <see cref="ArmDrawsAvx2"/>, wider vectors being no faster there. Equals <see cref="ArmDrawsScalar"/>.
/// </summary>
internal sealed class ArmDrawsAvx512 : IArmDraws
{
    private const int Lanes = 8, MaxColumns = 64;

    private readonly ArmDrawsAvx2 _large = new();

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void Draw(ArmTable table, ReadOnlySpan<ulong> words, Span<ushort> arms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms.Length, words.Length, nameof(arms));
        if (table.Columns > MaxColumns)
        {
            _large.Draw(table, words, arms);
            return;
        }

        Vector128<ulong> shift = Vector128.CreateScalar((ulong)table.Shift);
        Vec bit4 = Vector512.Create(16UL), bit5 = Vector512.Create(32UL);
        int i = 0;
        fixed (ulong* word = words, bounds = table.Bounds)
        fixed (ushort* aliases = table.Aliases, arm = arms)
        {
            Vec b0 = Isa.LoadVector512(bounds), b1 = Isa.LoadVector512(bounds + 8);
            Vec b2 = Isa.LoadVector512(bounds + 16), b3 = Isa.LoadVector512(bounds + 24);
            Vec b4 = Isa.LoadVector512(bounds + 32), b5 = Isa.LoadVector512(bounds + 40);
            Vec b6 = Isa.LoadVector512(bounds + 48), b7 = Isa.LoadVector512(bounds + 56);
            Vector512<ushort> a0 = Isa.LoadVector512(aliases), a1 = Isa.LoadVector512(aliases + 32);
            for (; i <= words.Length - Lanes; i += Lanes)
            {
                Vec x = Isa.LoadVector512(word + i);
                Vec column = Isa.ShiftRightLogical(x, shift);

                // A permutation takes its index from the low 4 bits of a lane: the 5th and 6th choose between four of them.
                Vec low = Vector512.ConditionalSelect(
                    Vector512.Equals(column & bit4, Vec.Zero), Isa.PermuteVar8x64x2(b0, column, b1), Isa.PermuteVar8x64x2(b2, column, b3));
                Vec high = Vector512.ConditionalSelect(
                    Vector512.Equals(column & bit4, Vec.Zero), Isa.PermuteVar8x64x2(b4, column, b5), Isa.PermuteVar8x64x2(b6, column, b7));
                Vec bound = Vector512.ConditionalSelect(Vector512.Equals(column & bit5, Vec.Zero), low, high);

                // Of the four 16-bit lanes in each lane the lowest holds the column's alias; only that one is stored.
                Vec alias = Isa.PermuteVar32x16x2(a0, column.AsUInt16(), a1).AsUInt64();
                Vec drawn = Vector512.ConditionalSelect(Vector512.LessThan(x, bound), column, alias);
                Vector128.Store(Isa.ConvertToVector128UInt16(drawn), arm + i);
            }
        }

        for (; i < words.Length; i++)
        {
            arms[i] = table.Arm(words[i]);
        }
    }
}
