using System.Globalization;
using System.Text;
using System.Xml;

namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Elements of an SVG picture, one a line, numbers to 2 decimals of a pixel.</summary>
internal sealed class SvgElements(XmlWriter xml)
{
    public static string Number(double value)
    {
        // A far-off point keeps its direction nearly, and its number short. Adding 0 turns -0 into 0.
        double rounded = Math.Round(Math.Clamp(value, -99_999, 99_999), 2) + 0.0;
        return rounded.ToString("0.##", CultureInfo.InvariantCulture);
    }

    public void Open(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        xml.WriteStartElement(name, "http://www.w3.org/2000/svg");
        foreach ((string attribute, string value) in attributes)
        {
            xml.WriteAttributeString(attribute, value);
        }
    }

    public void OpenLine(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        xml.WriteWhitespace("\n");
    }

    public void Close()
    {
        xml.WriteEndElement();
        xml.WriteWhitespace("\n");
    }

    public void Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        Close();
    }

    public void Content(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(name, attributes);
        xml.WriteString(text);
        Close();
    }

    public void Rectangle(string style, Box box) => Empty(
        "rect",
        ("class", style),
        ("x", Number(box.Left)),
        ("y", Number(box.Top)),
        ("width", Number(box.Width)),
        ("height", Number(box.Height)));

    /// <summary>Nothing for an empty path.</summary>
    public void Path(string style, StringBuilder path)
    {
        if (path.Length > 0)
        {
            Empty("path", ("class", style), ("d", path.ToString()));
        }
    }

    /// <summary>One line of text, its baseline at y, or, turned to read upwards, at x.</summary>
    public void Text(string style, RichText text, double x, double y, TextAnchor anchor, double size, bool upwards = false)
    {
        Open("text", ("class", style), ("x", Number(x)), ("y", Number(y)), ("font-size", Number(size)));
        if (anchor != TextAnchor.Start)
        {
            xml.WriteAttributeString("text-anchor", anchor == TextAnchor.Middle ? "middle" : "end");
        }

        if (upwards)
        {
            xml.WriteAttributeString("transform", $"rotate(-90 {Number(x)} {Number(y)})");
        }

        // A shift holds for all that follows it, so each run says how far it is from the one before.
        double rise = 0;
        foreach (TextRun run in text.Runs)
        {
            string letters = WithFirmEnds(run.Text);
            if (!run.Italic && run.Rise == rise && run.Size == 1)
            {
                xml.WriteString(letters);
                continue;
            }

            xml.WriteStartElement("tspan", "http://www.w3.org/2000/svg");
            if (run.Rise != rise)
            {
                xml.WriteAttributeString("dy", Number(size * (rise - run.Rise)));
                rise = run.Rise;
            }

            if (run.Size != 1)
            {
                xml.WriteAttributeString("font-size", Number(size * run.Size));
            }

            if (run.Italic)
            {
                xml.WriteAttributeString("font-style", "italic");
            }

            xml.WriteString(letters);
            xml.WriteEndElement();
        }

        Close();
    }

    /// <summary>Lines of text around x, from y downwards.</summary>
    public void Lines(string style, FittedText text, double x, double top, TextAnchor anchor)
    {
        for (int i = 0; i < text.Lines.Count; i++)
        {
            Text(style, text.Lines[i], x, top + text.Baseline(i), anchor, text.Size);
        }
    }

    /// <summary>Lines of text that read upwards around y, from x to the right.</summary>
    public void LinesUpwards(string style, FittedText text, double left, double y)
    {
        for (int i = 0; i < text.Lines.Count; i++)
        {
            Text(style, text.Lines[i], left + text.Baseline(i), y, TextAnchor.Middle, text.Size, upwards: true);
        }
    }

    // Some renderers drop a space where an element begins or ends, but not one that does not break.
    private static string WithFirmEnds(string text)
    {
        string inner = text.Trim(' ');
        return inner.Length == 0
            ? new string('\u00A0', text.Length)
            : inner.PadLeft(text.TrimEnd(' ').Length, '\u00A0').PadRight(text.Length, '\u00A0');
    }
}
