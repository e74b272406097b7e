using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Counts the arms of one row's draws.</summary>
/// <remarks>
/// An increment waits for the one before if it is of the same arm: where a policy has one arm of 95 % that makes 1.7 ns a draw on Zen 5,
/// and 0.6 ns with four tables in turn, which cost about 0.7 ns an arm to add up in the end.
/// </remarks>
internal sealed class ArmTally
{
    private const int Tables = 4;

    // From so many draws an arm on the tables are worth adding up.
    private const int TablesFrom = 4;

    private readonly long[] _tables = new long[Tables * ArmWeights.MaxArms];
    private bool _usesTables;

    /// <summary>Goes to another row.</summary>
    /// <param name="draws">How many draws it will have.</param>
    /// <param name="arms">A.</param>
    public void Begin(long draws, int arms)
    {
        _usesTables = draws >= TablesFrom * arms;
        if (_usesTables)
        {
            _tables.AsSpan(0, Tables * arms).Clear();
        }
    }

    /// <summary>Counts some of the row's draws.</summary>
    /// <param name="drawn">Arms below A.</param>
    /// <param name="counts">The row's counts, A of them; complete after <see cref="End"/>.</param>
    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void Add(ReadOnlySpan<ushort> drawn, Span<long> counts)
    {
        fixed (long* first = counts, table0 = _tables)
        {
            if (!_usesTables)
            {
                foreach (ushort arm in drawn)
                {
                    first[arm]++;
                }

                return;
            }

            long* table1 = table0 + counts.Length, table2 = table1 + counts.Length, table3 = table2 + counts.Length;
            ReadOnlySpan<ulong> fours = MemoryMarshal.Cast<ushort, ulong>(drawn);
            foreach (ulong four in fours)
            {
                table0[(ushort)four]++;
                table1[(ushort)(four >> 16)]++;
                table2[(ushort)(four >> 32)]++;
                table3[four >> 48]++;
            }

            for (int i = Tables * fours.Length; i < drawn.Length; i++)
            {
                table0[drawn[i]]++;
            }
        }
    }

    /// <summary>Completes the row's counts.</summary>
    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void End(Span<long> counts)
    {
        if (!_usesTables)
        {
            return;
        }

        int arms = counts.Length;
        fixed (long* count = counts, table = _tables)
        {
            for (int arm = 0; arm < arms; arm++)
            {
                count[arm] += table[arm] + table[arms + arm] + table[(2 * arms) + arm] + table[(3 * arms) + arm];
            }
        }
    }
}
