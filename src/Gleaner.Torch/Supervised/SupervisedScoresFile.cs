using System.Globalization;
using System.Text;

namespace Gleaner.Torch;

/// <summary>Writes <see cref="SupervisedScores"/>, a row per image, for people and for data frames.</summary>
public static class SupervisedScoresFile
{
    /// <summary>Writes RFC 4180 in UTF-8 with '\n' line ends; numbers read back exactly, what was not computed is an empty field.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="scores">The scores.</param>
    /// <param name="keyOf">The name of an image of the pool, <see cref="ImagePool.Key"/>.</param>
    /// <param name="labels">The pool's labels.</param>
    public static void WriteCsv(Stream stream, SupervisedScores scores, Func<int, string> keyOf, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(keyOf);
        ArgumentNullException.ThrowIfNull(labels);
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.Write("index,key,label,forgetting_events,learned,el2n,grand,grand_last_layer,confidence,variability,final_confidence\n");
        for (int j = 0; j < scores.Images.Count; j++)
        {
            int i = scores.Images[j];
            string learned = scores.Learned?[j] switch { true => "true", false => "false", null => "" };
            writer.Write(string.Create(CultureInfo.InvariantCulture,
                $"{i},{CsvText.Key(keyOf(i))},{labels[i]},{scores.ForgettingEvents?[j]:R},{learned},{scores.El2n?[j]:R},{scores.Grand?[j]:R},{scores.GrandLastLayer?[j]:R},{scores.Confidence?[j]:R},{scores.Variability?[j]:R},{scores.FinalConfidence?[j]:R}\n"));
        }
    }
}
