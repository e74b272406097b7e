using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Isa = System.Runtime.Intrinsics.X86.Avx2;
using Vec = System.Runtime.Intrinsics.Vector256<ulong>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Four words at a time, by gathers. Equals <see cref="ArmDrawsScalar"/>.</summary>
internal sealed class ArmDrawsAvx2 : IArmDraws
{
    private const int Lanes = 4;

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void Draw(ArmTable table, ReadOnlySpan<ulong> words, Span<ushort> arms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arms.Length, words.Length, nameof(arms));
        Vector128<ulong> shift = Vector128.CreateScalar((ulong)table.Shift);
        Vec sign = Vector256.Create(1UL << 63), low = Vector256.Create(0xFFFFUL);
        int i = 0;
        fixed (ulong* word = words, bounds = table.Bounds)
        fixed (ushort* aliases = table.Aliases, arm = arms)
        {
            for (; i <= words.Length - Lanes; i += Lanes)
            {
                Vec x = Isa.LoadVector256(word + i);
                Vec column = Isa.ShiftRightLogical(x, shift);
                Vec bound = Isa.GatherVector256(bounds, column.AsInt64(), sizeof(ulong));

                // Two aliases a lane, the lower one the column's.
                Vector128<uint> aliasPair = Isa.GatherVector128((uint*)aliases, column.AsInt64(), sizeof(ushort));
                Vec alias = Isa.And(Isa.ConvertToVector256Int64(aliasPair).AsUInt64(), low);

                // Signed comparisons are all there are.
                Vec own = Isa.CompareGreaterThan(Isa.Xor(bound, sign).AsInt64(), Isa.Xor(x, sign).AsInt64()).AsUInt64();
                Vec drawn = Isa.BlendVariable(alias, column, own);

                // 64-bit lanes to 16-bit ones, in order.
                Vector128<uint> narrow = Isa.PackUnsignedSaturate(drawn.GetLower().AsInt32(), drawn.GetUpper().AsInt32()).AsUInt32();
                *(ulong*)(arm + i) = Isa.PackUnsignedSaturate(narrow.AsInt32(), narrow.AsInt32()).AsUInt64().ToScalar();
            }
        }

        for (; i < words.Length; i++)
        {
            arms[i] = table.Arm(words[i]);
        }
    }
}
